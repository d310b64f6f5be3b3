"""Every reader can live on what its publisher sends, and reads nothing that nobody announces."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from cli.contracts import Described

# A type that is declared for a later tier is named here, with the reason; today there is none.
ANNOUNCED_LATER: set[str] = set()
COPIED = ("members.area_changed.v1", "members.organization_changed.v1", "funds.fund_changed.v1")


def published(described: dict[str, Described]) -> dict[str, Any]:
    return {type_: event for told in described.values() for type_, event in told["events"].items()}


def readings(described: dict[str, Described]) -> Iterator[tuple[str, Any]]:
    for reader, told in described.items():
        for read in told["reads"]:
            yield reader, read


def test_nothing_is_read_that_nobody_announces(described: dict[str, Described]) -> None:
    known = published(described)
    unheard = [(reader, read["type"]) for reader, read in readings(described) if read["type"] not in known]
    assert [each for each in unheard if each[1] not in ANNOUNCED_LATER] == []


def test_every_example_fits_its_own_schema(described: dict[str, Described]) -> None:
    for type_, event in published(described).items():
        errors = list(
            Draft202012Validator(event["schema"], format_checker=FormatChecker()).iter_errors(event["example"])
        )
        assert errors == [], f"{type_}: {errors[:1]}"


def test_every_reader_parses_its_publishers_example(described: dict[str, Described]) -> None:
    known = published(described)
    for reader, read in readings(described):
        if read["type"] in known:
            example = known[read["type"]]["example"]
            errors = list(Draft202012Validator(read["schema"]).iter_errors(example))
            assert errors == [], f"{reader} cannot read {read['type']}: {errors[:1]}"


def test_a_reader_requires_only_what_is_always_sent(described: dict[str, Described]) -> None:
    known = published(described)
    for reader, read in readings(described):
        if read["type"] in known:
            sent = set(known[read["type"]]["schema"].get("properties", {}))
            wanted = {field["name"] for field in read["fields"]}
            assert wanted <= sent, f"{reader} reads {wanted - sent} of {read['type']}, which nobody sends"


def test_no_type_is_read_twice_by_one_service(described: dict[str, Described]) -> None:
    for reader, told in described.items():
        types = [read["type"] for read in told["reads"]]
        assert len(types) == len(set(types)), reader


def test_a_type_belongs_to_the_service_that_announces_it(described: dict[str, Described]) -> None:
    for service, told in described.items():
        for type_ in told["events"]:
            assert type_.startswith(f"{service}.")
            assert type_.endswith(".v1")


@pytest.mark.parametrize("copied", COPIED)
def test_an_event_that_feeds_a_copy_carries_its_state(described: dict[str, Described], copied: str) -> None:
    assert "state" in published(described)[copied]["schema"]["properties"]
