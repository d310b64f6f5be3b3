"""The gateway stands outside: it knows nothing of the product, and the product nothing of it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
OURS = re.compile(r"^\s*(?:from|import)\s+(services|chassis|console|cli|benchmarks|tests|demo(?!\.gateway))\b", re.M)
ITS_NAMES = ("demo.gateway", "demo/gateway", "YIHU_GATEWAY", "/sim/", "8810")


def sources(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts]


@pytest.mark.parametrize("path", sources("demo/gateway"), ids=str)
def test_the_gateway_imports_nothing_of_ours(path: Path) -> None:
    assert not OURS.findall(path.read_text("utf-8"))


def test_nobody_imports_the_gateway() -> None:
    importing = re.compile(r"^\s*(?:from|import)\s+demo(?:\.gateway|\s+import\s+gateway)\b", re.M)
    places = [p for f in ("services", "chassis", "console", "cli", "benchmarks") for p in sources(f)]
    places += [path for path in sources("demo") if "gateway" not in path.relative_to(ROOT / "demo").parts]
    assert [path for path in places if importing.search(path.read_text("utf-8"))] == []


def test_no_service_names_the_gateway() -> None:
    naming = [
        (path, name)
        for folder in ("services", "chassis")
        for path in sources(folder)
        for name in ITS_NAMES
        if name in path.read_text("utf-8")
    ]
    assert naming == []
