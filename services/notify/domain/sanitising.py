"""Values a stranger may have typed, made harmless for a mail: links are taken out, Markdown is escaped."""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from services.notify.domain.placeholders import key

_LINK: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+!|>^~-])")


def sanitised(values: Mapping[str, Any], wanted: Collection[str]) -> dict[str, str]:
    """The wanted values, harmless; a name that no value bears is left out."""
    names = {key(name) for name in wanted}
    return {name: harmless(str(value)) for name, value in values.items() if key(name) in names}


def harmless(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", _LINK.sub("", text)).strip()
