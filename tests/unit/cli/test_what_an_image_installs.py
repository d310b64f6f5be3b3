"""services/*/pyproject.toml and console/pyproject.toml name what the imports need, and nothing else."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from cli.programs import ROOT

PACKAGES = ("services/members", "services/tickets", "services/funds", "services/notify", "console")
# Found by name while running, not by an import statement.
BY_NAME = {"tzdata", "uvicorn", "python-multipart", "hiredis", "sniffio"}


def needed_by(package: str) -> dict[str, set[str]]:
    """The distributions of what its code and the chassis import; pictures.py only where a service imports it."""
    own = list((ROOT / package).rglob("*.py"))
    draws = any("chassis.pictures" in path.read_text(encoding="utf-8") for path in own)
    chassis = [path for path in (ROOT / "chassis").rglob("*.py") if draws or path.name != "pictures.py"]
    return distributions_of(imported_in([*own, *chassis]))


def imported_in(paths: Iterable[Path]) -> set[str]:
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(str(node.module).partition(".")[0])
    return found - sys.stdlib_module_names - {"chassis", "services", "console"}


def declared_in(package: str) -> set[str]:
    project = tomllib.loads((ROOT / package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {normal(re.split(r"[\[<>=]", wanted)[0]) for wanted in project["dependencies"]}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def distributions_of(modules: set[str]) -> dict[str, set[str]]:
    known = packages_distributions()
    return {module: {normal(name) for name in known.get(module, [])} for module in modules}


@pytest.mark.parametrize("package", PACKAGES)
def test_an_image_has_every_library_that_its_code_imports(package: str) -> None:
    needed = needed_by(package)
    through_another = {"starlette", "markupsafe", "uvloop"}  # parts of fastapi, jinja2 and uvicorn[standard]
    missing = {m for m, names in needed.items() if not names & declared_in(package) and m not in through_another}
    assert not missing


@pytest.mark.parametrize("package", PACKAGES)
def test_an_image_has_no_library_that_nothing_imports(package: str) -> None:
    needed = needed_by(package)
    used = {name for names in needed.values() for name in names}
    assert not declared_in(package) - used - BY_NAME
