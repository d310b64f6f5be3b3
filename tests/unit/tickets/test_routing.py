"""The whole of routing: which rule comes first, which sets say nothing, and who of a group does it."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.refused import Refused
from services.tickets.domain import assignment, workload
from services.tickets.domain.routing import Group, Matter, Place, Rule, Time, ambiguous, choose, in_order, time_of
from services.tickets.domain.state import Move, State
from services.tickets.domain.ticket import Step
from services.tickets.domain.workload import Load
from tests.unit.tickets.builders import GROUP, LEADER, NOW, RESIDENT, a_calendar, a_ticket, local

TOP, HERE = uuid4(), uuid4()
PLACE = Place(HERE, (TOP, HERE), "3栋", False)
BIN = Matter("bins", "垃圾桶", ("sanitation",), "complaint", Time.NIGHT, NOW)


def rule(id_: str = "one", **changes: Any) -> Rule:
    return replace(Rule(id_, 2, 10, mandate="property"), **changes)


def order(*rules: Rule, matter: Matter = BIN) -> list[str]:
    return [each.id for each in in_order(rules, PLACE, matter)]


def test_priority_then_the_nearest_place_then_the_deepest_category_then_the_narrowest_time() -> None:
    first = rule("first", priority=1)
    near, far = rule("near", area_id=HERE), rule("far", area_id=TOP)
    deep, shallow = rule("deep", categories=frozenset({"bins"})), rule("shallow", categories=frozenset({"sanitation"}))
    night, outside = rule("night", time=Time.NIGHT), rule("outside", time=Time.OFF_HOURS)
    rules = [rule("all"), outside, night, shallow, deep, far, near, first]
    expected = ["first", "near", "far", "deep", "shallow", "night", "outside", "all"]
    assert order(*rules) == expected
    random.Random(1).shuffle(rules)
    assert order(*rules) == expected


@pytest.mark.parametrize("changes", [
    {"categories": frozenset({"noise"})},
    {"area_id": uuid4()},
    {"kinds": frozenset({"idea"})},
    {"has_property_management": True},
    {"time": Time.WORKING},
    {"valid_from": NOW + timedelta(days=1)},
    {"valid_until": NOW},
])  # fmt: skip
def test_a_rule_that_names_something_else_does_not_fit(changes: dict[str, Any]) -> None:
    assert order(rule(**changes)) == []


def test_a_rule_names_its_group_its_helpers_and_the_class() -> None:
    named = Group(uuid4(), "巧手妈妈", (), frozenset(), True, None)
    helper = uuid4()
    known = rule(mandate="", group_id=named.id, cohandlers=(helper,), class_code="complex")
    choice = choose(PLACE, BIN, rules=[known], coverage=[], groups=[named])
    assert (choice.group, choice.cohandlers, choice.class_code) == (named, (helper,), "complex")
    gone = replace(named, active=False)
    assert choose(PLACE, BIN, rules=[known], coverage=[], groups=[gone]).group is None


@pytest.mark.parametrize(("one", "other", "refused"), [
    ({}, {}, True),
    ({}, {"priority": 11}, False),
    ({"area_id": HERE}, {}, False),
    ({"area_id": HERE}, {"area_id": HERE}, True),
    ({"categories": frozenset({"a", "b"})}, {"categories": frozenset({"b"})}, True),
    ({"categories": frozenset({"a"})}, {"categories": frozenset({"b"})}, False),
    ({"categories": frozenset({"a"})}, {}, False),
    ({"time": Time.NIGHT}, {"time": Time.WORKING}, False),
    ({"time": Time.NIGHT}, {"time": Time.NIGHT}, True),
    ({"kinds": frozenset({"idea"})}, {"kinds": frozenset({"need"})}, False),
    ({"kinds": frozenset({"idea"})}, {}, True),
    ({"has_property_management": True}, {"has_property_management": False}, False),
    ({"has_property_management": True}, {}, True),
    ({"valid_until": NOW}, {"valid_from": NOW}, False),
])  # fmt: skip
def test_a_set_in_which_nothing_says_which_rule_comes_first_is_known(
    one: dict[str, Any], other: dict[str, Any], refused: bool
) -> None:
    assert (ambiguous([rule("a", **one), rule("b", **other)]) == [("a", "b")]) is refused


def test_two_rules_of_one_name_are_one_too_many() -> None:
    assert ambiguous([rule("a"), rule("a", priority=99)]) == [("a", "a")]


@pytest.mark.parametrize(("moment", "expected"), [
    ("2018-09-27T10:00", Time.WORKING),
    ("2018-09-27T13:00", Time.OFF_HOURS),
    ("2018-09-30T10:00", Time.WORKING),
    ("2018-10-02T10:00", Time.OFF_HOURS),
    ("2018-09-27T22:00", Time.NIGHT),
    ("2018-09-27T06:59", Time.NIGHT),
    ("2018-09-27T07:00", Time.OFF_HOURS),
])  # fmt: skip
def test_the_time_of_a_case(moment: str, expected: Time) -> None:
    assert time_of(a_calendar(), local(moment)) is expected


# Members ---------------------------------------------------------------------------------------------------------


def test_the_least_loaded_who_waited_longest_is_chosen_first() -> None:
    one, two, three = sorted(uuid4() for _ in range(3))
    loads = [Load(one, 2), Load(two, 1, NOW), Load(three, 1, NOW - timedelta(days=1))]
    assert [load.person_id for load in workload.able(loads, 8, set())] == [three, two, one]
    assert [load.person_id for load in workload.able([Load(two, 1), Load(one, 1)], 8, set())] == [one, two]


def test_nobody_on_leave_over_her_cap_or_barred_is_chosen() -> None:
    away, full, own = uuid4(), uuid4(), uuid4()
    loads = [Load(away, 0, on_leave=True), Load(full, 3), Load(own, 0)]
    assert workload.able(loads, 3, {own}) == []


def test_within_the_caps_nobody_has_more_than_one_more_than_another() -> None:
    rng = random.Random(5)
    for _ in range(200):
        cap, people = rng.randint(1, 9), [uuid4() for _ in range(rng.randint(1, 7))]
        held = dict.fromkeys(people, 0)
        for at in range(cap * len(people) + 3):
            loads = [Load(person, count) for person, count in held.items()]
            free = workload.able(loads, cap, set())
            if not free:
                assert set(held.values()) == {cap}
                break
            held[free[0].person_id] += 1
            assert max(held.values()) - min(held.values()) <= 1, at


def test_those_of_the_rounds_before_are_barred_where_another_was_asked_for() -> None:
    history = [
        Step(1, 1, Move.FILE, None, State.RECEIVED, NOW),
        Step(2, 1, Move.ACCEPT, State.ASSIGNED, State.ACCEPTED, NOW, details={"handler_id": str(LEADER)}),
        Step(3, 2, Move.REOPEN, State.CLOSED, State.ASSIGNED, NOW, details={"another_handler": True}),
    ]
    assert workload.barred(a_ticket(), history) == {RESIDENT, LEADER}
    assert workload.barred(a_ticket(), history[:2]) == {RESIDENT}
    for person, code in ((RESIDENT, "conflict_of_interest"), (LEADER, "handler_barred")):
        with pytest.raises(Refused, match=code):
            workload.check_handler(a_ticket(), person, history, on_leave=False)
    with pytest.raises(Refused, match="on_leave"):
        workload.check_handler(a_ticket(), uuid4(), history, on_leave=True)


def test_it_is_handed_over_within_the_cap_only() -> None:
    ticket = a_ticket(state=State.IN_PROGRESS, handler_id=LEADER)
    new = uuid4()
    handed = workload.hand_over(ticket, handler_id=new, load=Load(new, 7), cap=8, by=LEADER, at=NOW)
    assert (handed.handler_id, handed.state) == (new, State.IN_PROGRESS)
    for person, load, code in ((new, Load(new, 8), "over_cap"), (LEADER, Load(LEADER, 0), "handler_already")):
        with pytest.raises(Refused, match=code):
            workload.hand_over(ticket, handler_id=person, load=load, cap=8, by=LEADER, at=NOW)


# Transfers -------------------------------------------------------------------------------------------------------


def test_a_transfer_keeps_the_first_receiver_and_ends_a_waiting() -> None:
    ticket = a_ticket(state=State.WAITING_EXTERNAL, handler_id=LEADER, first_group_id=GROUP, waiting_until=NOW)
    other = uuid4()
    moved = assignment.transfer(ticket, group_id=other, group_path=(other,), by=LEADER, at=NOW)
    assert (moved.state, moved.group_id, moved.first_group_id) == (State.ASSIGNED, other, GROUP)
    assert (moved.handler_id, moved.waiting_until) == (None, None)
    assert moved.contact_group_id == GROUP
    with pytest.raises(Refused, match="group_has_it_already"):
        assignment.transfer(ticket, group_id=GROUP, group_path=(), by=LEADER, at=NOW)


def test_a_report_is_never_given_to_the_group_it_is_about() -> None:
    about: UUID = uuid4()
    ticket = a_ticket(state=State.ASSIGNED, about_group_id=about)
    with pytest.raises(Refused, match="report_is_about_this_group"):
        assignment.transfer(ticket, group_id=about, group_path=(), by=LEADER, at=NOW)
    with pytest.raises(Refused, match="report_is_about_this_group"):
        assignment.assign(ticket, group_id=about, group_path=(), by=LEADER, at=NOW, reason="", arbiter=True)
