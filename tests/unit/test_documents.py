"""What the documents point to exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHORT = {"api/", "handlers/", "store/", "domain/", "events/", "loops/", "channels/", "seeds/"}


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if d.exists()], ids=lambda d: d.name)
def test_every_path_and_link_it_names_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = re.findall(r"`((?:[a-z_]+/)+[a-z_.]+)`", text)
    missing = [name for name in named if name.split("/")[0] + "/" not in SHORT and not (ROOT / name).exists()]
    linked = re.findall(r"\]\(([^)#:]+)\)", text)
    missing += [link for link in linked if not (document.parent / link).exists()]
    assert missing == []
