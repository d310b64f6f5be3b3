"""What each of a provider's refusing codes means for us: `seeds/error_codes.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

LOST: Final = "lost"


@cache
def codes_of(kind: str) -> Mapping[str, str]:
    """The classes of one kind of provider; a code that ends in `*` stands for all that begin so."""
    path = Path(__file__).parent.parent / "seeds" / "error_codes.toml"
    return dict(tomllib.loads(path.read_text(encoding="utf-8"))[kind])


def class_of(codes: Mapping[str, str], code: str) -> str:
    """The class of a code: its own, else that of its longest listed beginning, else `unlisted`."""
    if code in codes:
        return codes[code]
    families = [name for name in codes if name.endswith("*") and code.startswith(name[:-1])]
    return codes[max(families, key=len)] if families else "unlisted"
