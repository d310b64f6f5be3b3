"""The smaller rules: numbers, routing, links, walks, words, trends and rates."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.refused import Refused
from services.tickets.domain import category, link, patrol, sentence
from services.tickets.domain.category import Category
from services.tickets.domain.link import LinkType
from services.tickets.domain.number import check_digit, number_tail, ticket_number, whole_number
from services.tickets.domain.patrol import ROUND_MOVES, CheckResult, PatrolRound, RoundMove, RoundState
from services.tickets.domain.routing import Coverage, Group, Matter, Place, Rule, choose
from services.tickets.domain.state import State
from tests.unit.tickets.builders import NOW, SHANGHAI, local

# Numbers ---------------------------------------------------------------------------------------------------------


def test_the_number_of_the_design_page() -> None:
    assert ticket_number(filed_on=date(2018, 8, 30), community_code=7, serial=42) == "20180830-07-00042-4"


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 99), st.integers(1, 99_999), st.integers(0, 14))
def test_one_misheard_digit_is_noticed(day: date, code: int, serial: int, at: int) -> None:
    number = ticket_number(filed_on=day, community_code=code, serial=serial)
    assert whole_number(number) == whole_number(number.replace("-", "")) == number
    digits = number.replace("-", "")
    wrong = digits[:at] + str((int(digits[at]) + 1) % 10) + digits[at + 1 :]
    assert whole_number(wrong) is None


def test_the_check_digit_is_one_of_ten() -> None:
    assert {check_digit(f"{n:015d}") for n in range(2_000)} == set(range(10))


def test_the_last_six_digits_are_enough_to_ask_for() -> None:
    assert number_tail("00042-4") == number_tail(" 000424 ") == "00042-4"
    assert number_tail("0042-4") is None


# Routing ---------------------------------------------------------------------------------------------------------

HERE, ABOVE = uuid4(), uuid4()
RULE = Rule("no_property_management", 1, 10, frozenset({"sanitation"}), False, "property")


def a_place(managed: bool | None = False) -> Place:
    return Place(HERE, (ABOVE, HERE), "3栋", managed)


def a_group(name: str, *mandate: str, active: bool = True, distance: int | None = 1) -> Group:
    return Group(uuid4(), name, (), frozenset(mandate), active, distance)


def covers(group: Group, category_code: str = "*", distance: int = 1, rank: int = 0) -> Coverage:
    return Coverage(group.id, ABOVE, category_code, rank, distance)


def chosen(place: Place, groups: list[Group], coverage: list[Coverage], code: str = "sanitation") -> str | None:
    choice = choose(place, Matter(code, code), rules=[RULE], coverage=coverage, groups=groups)
    return choice.group.name if choice.group else None


def test_without_property_management_the_group_with_the_mandate_takes_it() -> None:
    managing, helping = a_group("物业管理", "property"), a_group("邻里互助", "care")
    duty = [covers(helping)]
    assert chosen(a_place(), [managing, helping], duty) == "物业管理"
    assert chosen(a_place(True), [managing, helping], duty) == "邻里互助"
    assert chosen(a_place(None), [managing, helping], duty) == "邻里互助"
    assert chosen(a_place(), [managing, helping], duty, "noise") == "邻里互助"


def test_a_rule_whose_group_is_not_there_gives_way() -> None:
    closed, helping = a_group("物业管理", "property", active=False), a_group("邻里互助")
    assert chosen(a_place(), [closed, helping], [covers(helping)]) == "邻里互助"
    elsewhere = a_group("物业管理", "property", distance=None)
    assert chosen(a_place(), [elsewhere, helping], [covers(helping)]) == "邻里互助"


def test_the_nearest_area_comes_first_then_the_exact_category_then_the_rank() -> None:
    near, exact, any_, second = (a_group(name) for name in ("near", "exact", "any", "second"))
    duty = [covers(any_), covers(exact, "noise"), covers(near, distance=0), covers(second, "noise", rank=1)]
    everybody = [near, exact, any_, second]
    assert chosen(a_place(), everybody, duty, "noise") == "near"
    assert chosen(a_place(), everybody[1:], duty, "noise") == "exact"
    assert chosen(a_place(), [any_, second], duty, "noise") == "second"
    assert chosen(a_place(), [any_], duty, "noise") == "any"


def test_where_nobody_covers_it_the_desk_decides() -> None:
    choice = choose(a_place(), Matter("noise", "噪音"), rules=[RULE], coverage=[], groups=[])
    assert (choice.group, choice.rule_id) == (None, "none")


def test_the_explanation_names_rule_place_category_and_who_was_passed_over() -> None:
    managing, helping = a_group("物业管理", "property"), a_group("邻里互助")
    matter = Matter("sanitation", "卫生垃圾")
    choice = choose(a_place(), matter, rules=[RULE], coverage=[covers(helping)], groups=[managing, helping])
    assert choice.rule_id == "no_property_management"
    assert all(word in choice.explanation for word in ("3栋", "没有物业管理", "卫生垃圾", "物业管理"))
    assert [(each.name, each.reason) for each in choice.candidates] == [("邻里互助", "rule_comes_first")]


# Links -----------------------------------------------------------------------------------------------------------


def test_no_ticket_is_linked_to_itself() -> None:
    one = uuid4()
    for type_ in LinkType:
        with pytest.raises(Refused, match="links_to_itself"):
            link.check(one, one, type_, [])


@pytest.mark.parametrize("type_", list(LinkType))
def test_a_circle_is_refused_where_it_makes_no_sense(type_: LinkType) -> None:
    one, two, three = uuid4(), uuid4(), uuid4()
    edges = [(one, two), (two, three)]
    link.check(one, three, type_, edges)
    if type_ in link.ACYCLIC:
        with pytest.raises(Refused, match="links_in_a_circle"):
            link.check(three, one, type_, edges)
    else:
        link.check(three, one, type_, edges)


# Walks -----------------------------------------------------------------------------------------------------------


def a_round(state: RoundState = RoundState.PLANNED, people: int = 2) -> PatrolRound:
    return PatrolRound(uuid4(), uuid4(), NOW, NOW + timedelta(hours=1), tuple(uuid4() for _ in range(people)), state)


@pytest.mark.parametrize(("state", "move"), list(product(RoundState, RoundMove)))
def test_a_walk_moves_only_as_its_table_says(state: RoundState, move: RoundMove) -> None:
    if move in ROUND_MOVES[state]:
        assert a_round(state).moved(move).state is ROUND_MOVES[state][move]
    else:
        with pytest.raises(Refused, match=f"^cannot_{move}_when_{state}$"):
            a_round(state).moved(move)


def test_guards_of_a_walk() -> None:
    with pytest.raises(Refused, match="too_few_people"):
        patrol.plan(a_round(people=1), minimum_people=2)
    with pytest.raises(Refused, match="window_impossible"):
        patrol.plan(replace(a_round(), ends_at=NOW), minimum_people=1)
    with pytest.raises(Refused, match="reason_needed"):
        patrol.check(a_round(RoundState.RUNNING), CheckResult.SKIPPED, " ")
    with pytest.raises(Refused, match="checkpoints_open"):
        patrol.finish(a_round(RoundState.RUNNING), open_checkpoints=["x"], at=NOW)
    with pytest.raises(Refused, match="reason_needed"):
        patrol.cancel(a_round(), reason="")
    done = patrol.finish(patrol.start(a_round(), at=NOW), open_checkpoints=[], at=NOW + timedelta(minutes=55))
    assert done.minutes == 55


# Words -----------------------------------------------------------------------------------------------------------


def a_category(code: str, *keywords: str, order: int = 1) -> Category:
    return Category(code, None, code, code, "general", keywords, order)


def test_a_text_is_filed_by_itself_only_when_its_matter_is_clear() -> None:
    known = [a_category("sanitation", "垃圾", "卫生"), a_category("noise", "太吵", order=2)]
    assert category.only_guess("楼道垃圾没人收,灯也不亮", known) == "sanitation"
    assert category.only_guess("垃圾多,又太吵", known) is None
    assert category.only_guess("你好", known) is None
    assert [guess.code for guess in category.guesses("卫生垃圾,太吵", known)] == ["sanitation", "noise"]


def test_a_mistyped_code_gets_the_three_most_like_it() -> None:
    known = [a_category(code, order=at) for at, code in enumerate(["water", "sanitation", "noise", "other"])]
    assert category.nearest("sanitaton", known)[0] == "sanitation"
    assert len(category.nearest("x", known)) == 3


def test_the_sentence_says_who_and_by_when_and_names_the_emergency_numbers_first() -> None:
    told = sentence.plain(
        State.ASSIGNED, group="物业管理", outcome=None, due_at=local("2018-09-29T17:00"), zone=SHANGHAI, urgent=True
    )
    assert told.startswith("有人受伤")
    assert told.endswith("已派给物业管理，09月29日17:00前")
    assert set(sentence.WORDS) == set(sentence.STEPS) == set(State)
