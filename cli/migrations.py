"""Migrations, only when they are due: one query per database tells, and the due ones run side by side."""

import hashlib
import re
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg

from cli.databases import SERVICES, query
from cli.failures import CannotStart
from cli.programs import ROOT, Surroundings, programs

REVISION = re.compile(r"^revision(?::\s*str)?\s*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)


def migrate_what_is_due(surroundings: Surroundings, overrides: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The services that were migrated."""
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        answers = pool.map(lambda service: _is_due(service, surroundings), SERVICES)
        due = [service for service, is_due in zip(SERVICES, answers, strict=True) if is_due]
        list(pool.map(lambda service: _migrate(service, surroundings, overrides.get(service, {})), due))
    return due


def newest_revision(service: str) -> str:
    """The revision of the last file, by name."""
    files = sorted(_folder(service).glob("versions/*.py"))
    found = REVISION.search(files[-1].read_text()) if files else None
    if found is None:
        raise CannotStart(f"no migration was found in {_folder(service)}")
    return found.group(1)


def _is_due(service: str, surroundings: Surroundings) -> bool:
    stamp = _stamp(service, surroundings.directory)
    if not stamp.exists() or stamp.read_text() != _fingerprint(service):
        return True
    return _present_revision(surroundings.databases[service]["owner"]) != newest_revision(service)


def _present_revision(url: str) -> str | None:
    try:
        rows = query(url, "SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    return str(rows[0]["version_num"]) if rows else None


def _migrate(service: str, surroundings: Surroundings, override: Mapping[str, str]) -> None:
    module = next(each.module for each in programs(surroundings.base) if each.service == service)
    program = next(each for each in programs(surroundings.base) if each.module == module)
    log = surroundings.directory / "log" / f"{service}-migrate.log"
    with log.open("ab") as out:
        done = subprocess.run(
            [program.argv[0], "-m", module, "migrate"],
            env=surroundings.migration(service) | dict(override),
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise CannotStart(f"{service} could not be migrated; its log is {log}\n{tail(log)}")
    stamp = _stamp(service, surroundings.directory)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(_fingerprint(service))


def tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""


def _stamp(service: str, directory: Path) -> Path:
    return directory / "migrated" / service


def _fingerprint(service: str) -> str:
    """Seeds and the readers of the feed are written at a migration's end: other ones make it due as well."""
    digest = hashlib.sha256()
    for path in sorted(_seeds_and_migrations(service)):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _seeds_and_migrations(service: str) -> Iterator[Path]:
    yield from (path for path in (ROOT / "contracts" / "who-reads-what.json",) if path.exists())
    for room in ("migrations", "seeds"):
        yield from (path for path in (_home(service) / room).rglob("*") if _is_source(path))


def _is_source(path: Path) -> bool:
    return path.is_file() and path.suffix in {".py", ".sql", ".toml", ".json", ".csv", ".yaml"}


def _folder(service: str) -> Path:
    return _home(service) / "migrations"


def _home(service: str) -> Path:
    return ROOT / ("console" if service == "console" else f"services/{service}")
