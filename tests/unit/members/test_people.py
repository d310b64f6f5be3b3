"""People: states, masks, numbers, dwellings, and how they are reached."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.refused import Refused
from services.members.domain.people import contact
from services.members.domain.people import person as rules
from services.members.domain.people.contact import ContactKind, ContactPoint
from services.members.domain.people.household import Residency, dwelling_key
from services.members.domain.people.person import MOVES, Person, PersonMove, PersonState
from services.members.domain.period import Period, covers, period

NOW = datetime(2018, 8, 30, 9, 22, tzinfo=UTC)


def a_person(state: PersonState = PersonState.UNVERIFIED) -> Person:
    return Person(id=uuid4(), community_id=uuid4(), name="何凤兰", state=state)


def a_point(value: str = "+8613800000001", **more: object) -> ContactPoint:
    plain: dict[str, object] = {"id": uuid4(), "person_id": uuid4(), "kind": ContactKind.PHONE, "value": value}
    return ContactPoint(**plain | more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "move"), list(product(PersonState, PersonMove)))
def test_a_person_moves_only_as_the_table_says(state: PersonState, move: PersonMove) -> None:
    person = a_person(state)
    if move in MOVES[state]:
        assert person.moved(move).state is MOVES[state][move]
    else:
        with pytest.raises(Refused, match=f"cannot_{move}_when_{state}"):
            person.moved(move)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("何凤兰", "何**"),
        ("陈虹", "陈*"),
        ("欧阳娜娜", "欧阳**"),
        ("欧阳", "欧*"),
        ("王", "王*"),
        ("Anna Li", "A***"),
        ("", ""),
    ],
)
def test_a_masked_name_shows_the_family_and_no_more(name: str, shown: str) -> None:
    assert rules.masked(name) == shown


@settings(deadline=None)
@given(st.text(min_size=2, max_size=20))
def test_a_mask_never_shows_the_whole_name(name: str) -> None:
    assert rules.masked(name) != name or set(name[1:]) == {"*"}


def test_a_name_is_found_by_the_whole_and_by_each_pair() -> None:
    assert rules.tokens("何 凤兰") == {"何凤兰", "何凤", "凤兰"}


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "何\x07凤"])
def test_a_name_is_never_empty_endless_or_of_control_characters(name: str) -> None:
    with pytest.raises(Refused, match="name_invalid"):
        rules.check_name(name)


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+何", "-何", "@何"])
def test_a_name_is_stored_as_written(name: str) -> None:
    assert rules.check_name(f" {name} ") == name


@pytest.mark.parametrize("year", [1899, 2019, 0, -1])
def test_nobody_is_born_in_the_future_or_before_1900(year: int) -> None:
    with pytest.raises(Refused, match="birth_year_invalid"):
        rules.check_birth_year(year, this_year=2018)


@pytest.mark.parametrize("year", [None, 1900, 2018])
def test_a_birth_year_may_be_unknown_or_of_this_year(year: int | None) -> None:
    rules.check_birth_year(year, this_year=2018)


@pytest.mark.parametrize(
    "written",
    [
        "13800000001",
        "138 0000 0001",
        "138-0000-0001",
        "+86 13800000001",
        "0086 138 0000 0001",
        "１３８０００００００１",
        "+86(138)0000 0001",
    ],
)
def test_a_number_has_one_form_however_it_is_written(written: str) -> None:
    assert contact.phone(written) == "+8613800000001"


@pytest.mark.parametrize("written", ["", "abc", "12345", "1380000000", "138000000011", "+86", "+999123", "电话"])
def test_what_is_no_number_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(Refused, match="phone_invalid") as refused:
        contact.phone(written)
    assert not written or all(written not in str(error.values()) for error in refused.value.errors)


def test_a_landline_is_a_number_but_no_mobile() -> None:
    assert contact.phone("023-62988888") == "+862362988888"
    assert not contact.is_mainland_mobile("+862362988888")
    assert contact.is_mainland_mobile("+8613800000001")


def test_an_address_of_mail_is_compared_without_case() -> None:
    assert contact.normalise(ContactKind.EMAIL, " He@Example.ORG ") == "he@example.org"
    with pytest.raises(Refused, match="email_invalid"):
        contact.normalise(ContactKind.EMAIL, "he@")


def test_a_masked_number_hides_its_middle() -> None:
    assert contact.masked(ContactKind.PHONE, "+8613800000001") == "138****0001"
    assert contact.masked(ContactKind.EMAIL, "he@example.org") == "h***@example.org"


def test_she_is_reached_by_the_preferred_then_the_verified_number() -> None:
    plain, verified, preferred = a_point(), a_point(verified_at=NOW), a_point(preferred=True)
    assert contact.best([plain, verified, preferred], "sms") == preferred
    assert contact.best([plain, verified], "sms") == verified
    assert contact.best([a_point(unreachable_at=NOW)], "sms") is None


def test_the_first_channel_of_hers_that_works_is_taken() -> None:
    mail = a_point("he@example.org", kind=ContactKind.EMAIL)
    assert contact.reach([mail], ["sms", "email"]) == ("email", mail)
    assert contact.reach([mail], ["sms"]) is None


def test_a_dwelling_is_compared_in_one_form() -> None:
    assert dwelling_key("２ － 1203A") == dwelling_key("2-1203a")


def test_a_residency_ends_once() -> None:
    lived = Residency(id=uuid4(), community_id=uuid4(), person_id=uuid4(), household_id=uuid4(), during=Period(NOW))
    over = lived.ended(NOW + timedelta(days=1))
    assert over.during.end == NOW + timedelta(days=1)
    with pytest.raises(Refused, match="cannot_end_when_ended"):
        over.ended(NOW + timedelta(days=2))


def test_a_period_holds_its_first_instant_and_not_its_last() -> None:
    day = period(NOW, NOW + timedelta(days=1))
    assert day.holds(NOW)
    assert not day.holds(NOW + timedelta(days=1))
    assert not day.overlaps(Period(NOW + timedelta(days=1)))
    with pytest.raises(Refused, match="period_reversed"):
        period(NOW, NOW)


_INSTANTS = st.integers(0, 12).map(lambda hours: NOW + timedelta(hours=hours))
_PERIODS = st.tuples(_INSTANTS, st.integers(1, 6)).map(lambda p: Period(p[0], p[0] + timedelta(hours=p[1])))


@settings(deadline=None)
@given(st.lists(_PERIODS, max_size=5), _PERIODS)
def test_parts_cover_a_whole_exactly_when_they_hold_each_of_its_instants(parts: list[Period], whole: Period) -> None:
    assert whole.end is not None
    hours = int((whole.end - whole.start).total_seconds() // 1800)
    instants = [whole.start + timedelta(minutes=30 * step) for step in range(hours)]
    assert covers(parts, whole) == all(any(part.holds(at) for part in parts) for at in instants)


def test_an_open_end_needs_an_open_part() -> None:
    assert covers([Period(NOW)], Period(NOW))
    assert not covers([Period(NOW, NOW + timedelta(days=1000))], Period(NOW))
