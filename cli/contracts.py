"""`contracts/` and `docs/states/`: what the services publish, generated from the services themselves and committed.

Each service describes itself as JSON (`python -m services.<name> describe`); nothing is imported and nothing started.
"""

import asyncio
import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from cli.asyncapi import asyncapi_of

ROOT = Path(__file__).resolve().parent.parent
MODULES = {
    "members": "services.members",
    "tickets": "services.tickets",
    "funds": "services.funds",
    "notify": "services.notify",
    "console": "console",
}
DESCRIBE_SECONDS_MAX = 60
NO_KEY = base64.b64encode(bytes(32)).decode()
# A process needs addresses and keys to be built; describing itself it asks nobody and seals nothing.
NOWHERE = {
    "YIHU_DATABASE_URL": "postgresql://nobody@localhost/none",
    "YIHU_SIGNING_KEY": NO_KEY,
    "YIHU_SEALING_KEY": NO_KEY,
    "YIHU_INDEX_KEY": NO_KEY,
}
GENERATED = ("contracts", "docs/states")
WRITTEN_BY_HAND = {"docs/states/README.md"}

Described = dict[str, Any]


class CannotDescribe(Exception):
    """The service did not say what it publishes; the message is its own."""


def describe(service: str) -> Described:
    done = subprocess.run(
        [sys.executable, "-m", MODULES[service], "describe"],
        capture_output=True,
        text=True,
        timeout=DESCRIBE_SECONDS_MAX,
        cwd=ROOT,
        env=os.environ | NOWHERE,
        check=False,
    )
    if done.returncode != 0:
        raise CannotDescribe(f"{service}: {done.stderr.strip()[-600:]}")
    described: Described = json.loads(done.stdout)
    return described


def describe_all() -> dict[str, Described]:
    with ThreadPoolExecutor(max_workers=2) as two_at_once:
        return dict(zip(MODULES, two_at_once.map(describe, MODULES), strict=True))


def documents(described: Mapping[str, Described]) -> dict[str, str]:
    """Every generated file, by its path in the repository."""
    files = {"contracts/who-reads-what.json": as_json(who_reads_what(described))}
    for service, told in described.items():
        for type_, event in told["events"].items():
            place = f"contracts/events/{type_}"
            files[f"{place}.schema.json"] = as_json(published_schema(type_, event))
            files[f"{place}.example.json"] = as_json(event["example"])
        if told["openapi"]:
            files[f"contracts/openapi/{service}.json"] = as_json(told["openapi"])
        if told["events"]:
            files[f"contracts/asyncapi/{service}.json"] = as_json(asyncio.run(asyncapi_of(service, told["events"])))
        files |= {f"docs/states/{name}": text.rstrip() + "\n" for name, text in told["states"].items()}
    return files


def published_schema(type_: str, event: Described) -> Described:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": type_, "description": event["meaning"]}
    schema: Described = event["schema"]
    return head | schema | {"x-restricted": event["restricted"]}


def who_reads_what(described: Mapping[str, Described]) -> dict[str, dict[str, list[str]]]:
    """By producer and event type, its readers: `migrate` registers them, so that nothing is forgotten too early."""
    readers: dict[str, dict[str, list[str]]] = {
        service: {type_: [] for type_ in sorted(told["events"])}
        for service, told in described.items()
        if told["events"]
    }
    for reader, told in described.items():
        for read in told["reads"]:
            readers.setdefault(read["type"].partition(".")[0], {}).setdefault(read["type"], []).append(reader)
        for producer in told["reads_all"]:
            for of_type in readers.get(producer, {}).values():
                of_type.append(reader)
    return {
        producer: {type_: sorted(set(names)) for type_, names in types.items()} for producer, types in readers.items()
    }


def as_json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def committed(root: Path = ROOT) -> dict[str, str]:
    """The generated files as they lie in the tree."""
    found = {}
    for folder in GENERATED:
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and name not in WRITTEN_BY_HAND:
                found[name] = path.read_text(encoding="utf-8")
    return found


def differences(wanted: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """The names of files that are missing, stale or left over."""
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def write(wanted: Mapping[str, str], root: Path = ROOT) -> list[str]:
    """Bring the tree in line; the names of what changed."""
    changed = differences(wanted, committed(root))
    for name in changed:
        path = root / name
        if name in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[name], encoding="utf-8")
        else:
            path.unlink()
    return changed


def contracts(*, check: bool = False) -> int:
    """`./yihu contracts [--check]`: write what is generated, or only say what differs."""
    try:
        wanted = documents(describe_all())
    except CannotDescribe as failure:
        print(f"yihu contracts: {failure}", file=sys.stderr)
        return 1
    if check:
        stale = differences(wanted, committed())
        for name in stale:
            print(f"differs from the code: {name}")
        return 1 if stale else 0
    for name in write(wanted):
        print(name)
    return 0
