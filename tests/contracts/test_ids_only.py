"""Events carry ids, states, codes, numbers, times and public names: never a person's words, number or address."""

from collections.abc import Iterator
from typing import Any

from cli.contracts import Described
from tests.contracts.growth import resolved

# Texts that may be carried: codes, states and the public names of places, groups, categories and funds.
PUBLIC_NAMES = {
    "members.area_changed.v1": {"name"},
    "members.organization_changed.v1": {"name"},
    "tickets.category_changed.v1": {"label"},
    "funds.fund_changed.v1": {"name"},
}
WORDS_OF_PEOPLE = {
    "text", "title", "description", "words", "note", "notes", "phone", "address", "dwelling", "salutation", "statement",
    "content", "body", "message", "reporter", "reporter_name", "person_name", "unit", "floor", "room", "result",
}  # fmt: skip
AMOUNTS_OF_A_WHOLE = {"funds.activity_funding_changed.v1", "funds.sale_batch_settled.v1"}
RESTRICTED_FIELDS = {"ticket_id", "case_id", "community_id", "state_type"}


def fields(described: dict[str, Described]) -> Iterator[tuple[str, str, Any]]:
    for told in described.values():
        for type_, event in told["events"].items():
            for name, field in event["schema"].get("properties", {}).items():
                yield type_, name, resolved(event["schema"], field)


def test_no_event_has_a_field_for_a_persons_words(described: dict[str, Described]) -> None:
    found = [
        (type_, name)
        for type_, name, _ in fields(described)
        if name in WORDS_OF_PEOPLE and name not in PUBLIC_NAMES.get(type_, set())
    ]
    assert found == []


def test_a_name_is_carried_only_where_it_is_public(described: dict[str, Described]) -> None:
    named = {(type_, name) for type_, name, _ in fields(described) if name in ("name", "label")}
    assert named <= {(type_, name) for type_, names in PUBLIC_NAMES.items() for name in names}


def test_no_amount_is_carried_but_that_of_a_whole_fund_or_activity(described: dict[str, Described]) -> None:
    found = {type_ for type_, name, _ in fields(described) if "amount" in name or name.endswith("_fen")}
    assert found <= AMOUNTS_OF_A_WHOLE


def test_a_restricted_event_says_only_which_case_and_whether_it_is_open(described: dict[str, Described]) -> None:
    for told in described.values():
        for type_, event in told["events"].items():
            if event["restricted"]:
                assert set(event["schema"].get("properties", {})) <= RESTRICTED_FIELDS, type_


def test_every_text_of_an_example_is_short_and_no_sentence(described: dict[str, Described]) -> None:
    for told in described.values():
        for type_, event in told["events"].items():
            for name, value in event["example"].items():
                if isinstance(value, str) and name not in PUBLIC_NAMES.get(type_, set()):
                    assert len(value) <= 40, f"{type_}.{name}"
                    assert not set(value) & set("。，！？"), f"{type_}.{name}"
