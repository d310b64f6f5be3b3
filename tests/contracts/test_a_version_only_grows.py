"""Within a version no field goes, changes its type or becomes required."""

import json
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from cli.contracts import ROOT, Described
from tests.contracts.growth import breaking_changes

OLD: dict[str, Any] = {
    "properties": {"ticket_id": {"type": "string", "format": "uuid"}, "round": {"type": "integer"}},
    "required": ["ticket_id"],
}


def changed(**changes: Any) -> dict[str, Any]:
    new = deepcopy(OLD)
    for key, value in changes.items():
        new[key] = value(new[key])
    return new


def test_a_new_optional_field_breaks_nothing() -> None:
    new = changed(properties=lambda fields: fields | {"until": {"type": "string"}})
    assert breaking_changes(OLD, new) == []


def test_another_description_breaks_nothing() -> None:
    new = changed(properties=lambda fields: fields | {"round": {"type": "integer", "description": "counted from 1"}})
    assert breaking_changes(OLD, new) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"properties": lambda fields: {"ticket_id": fields["ticket_id"]}}, "round is gone"),
        ({"properties": lambda fields: fields | {"round": {"type": "string"}}}, "round has another type"),
        (
            {
                "properties": lambda fields: fields | {"until": {"type": "string"}},
                "required": lambda names: [*names, "until"],
            },
            "until is newly required",
        ),
        ({"required": lambda names: []}, "ticket_id is no longer always there"),
    ],
)
def test_a_change_that_a_reader_could_stumble_over_is_named(changes: dict[str, Any], found: str) -> None:
    assert breaking_changes(OLD, changed(**changes)) == [found]


def released_schemas() -> dict[str, dict[str, Any]]:
    """Schemas as of the last release tag; before the first release there are none."""
    tag = git("describe", "--tags", "--abbrev=0", "--match", "v*")
    names = git("ls-tree", "-r", "--name-only", tag, "contracts/events") if tag else ""
    return {
        Path(name).name.removesuffix(".schema.json"): json.loads(git("show", f"{tag}:{name}"))
        for name in names.splitlines()
        if name.endswith(".schema.json")
    }


def git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def test_no_released_event_has_changed_but_by_growing(described: dict[str, Described]) -> None:
    now = {type_: event["schema"] for told in described.values() for type_, event in told["events"].items()}
    broken = {
        type_: ["the event is gone"] if type_ not in now else breaking_changes(old, now[type_])
        for type_, old in released_schemas().items()
    }
    assert {type_: changes for type_, changes in broken.items() if changes} == {}
