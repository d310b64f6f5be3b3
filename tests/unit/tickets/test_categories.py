"""Questions beside the words, and what a community may make of its categories."""

from dataclasses import replace
from typing import Any

import pytest

from chassis.refused import Refused
from services.tickets.domain import category_tree
from services.tickets.domain.category import Category, chosen
from services.tickets.domain.question import Datatype, Question, checked

WHERE = Question("where", "在哪里", Datatype.SINGLE, True, 1, (("stairs", "楼道"), ("yard", "院子")))
WHEN = Question("when", "什么时候", Datatype.DATETIME, False, 2)
HOW_MANY = Question("how_many", "几处", Datatype.NUMBER, False, 3)
WHAT = Question("what", "有什么", Datatype.MULTI, False, 4, (("bags", "垃圾袋"), ("paper", "纸箱")))
WORDS = Question("words", "别的", Datatype.STRING, False, 5)
ALL = (WHERE, WHEN, HOW_MANY, WHAT, WORDS)


def a_category(code: str = "sanitation", **changes: Any) -> Category:
    plain: dict[str, Any] = {
        "parent": None,
        "label": "卫生",
        "label_en": "",
        "class_code": "general",
        "keywords": (),
        "order": 1,
    }
    return Category(code=code, **(plain | changes))


KNOWN = {code: a_category(code) for code in ("sanitation", "noise", "other")}


def test_what_is_answered_is_kept_and_what_is_left_open_is_not() -> None:
    answers = {"where": "yard", "how_many": 3, "what": ["bags"], "when": "2018-08-30T09:00:00Z", "words": ""}
    assert checked(ALL, answers) == {name: value for name, value in answers.items() if value != ""}


@pytest.mark.parametrize(
    ("answers", "faults"),
    [
        ({}, {"/answers/where": "required"}),
        ({"where": ""}, {"/answers/where": "required"}),
        ({"where": "roof"}, {"/answers/where": "invalid"}),
        ({"where": ["yard"]}, {"/answers/where": "invalid"}),
        ({"where": "yard", "gossip": "x"}, {"/answers/gossip": "unknown"}),
        ({"where": "yard", "how_many": "many"}, {"/answers/how_many": "invalid"}),
        ({"where": "yard", "how_many": float("nan")}, {"/answers/how_many": "invalid"}),
        ({"where": "yard", "when": "yesterday"}, {"/answers/when": "invalid"}),
        ({"where": "yard", "what": ["bags", "gold"]}, {"/answers/what": "invalid"}),
        ({"where": "yard", "words": "x" * 401}, {"/answers/words": "invalid"}),
        ({"what": "bags", "when": 7}, dict.fromkeys(("/answers/what", "/answers/when"), "invalid")
         | {"/answers/where": "required"}),
    ],
)  # fmt: skip
def test_every_fault_names_its_question(answers: dict[str, Any], faults: dict[str, str]) -> None:
    with pytest.raises(Refused, match=r"^answers_invalid$") as refused:
        checked(ALL, answers)
    assert {each["pointer"]: each["code"] for each in refused.value.errors} == faults


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"code": "Wrong"}, "/code"),
        ({"class_code": "slow"}, "/class"),
        ({"code": "rights", "public": True}, "/public"),
        ({"code": "other", "visible": False}, "/visible"),
        ({"code": "other", "parent": "noise"}, "/parent"),
        ({"parent": "gossip"}, "/parent"),
        ({"parent": "sanitation"}, "/parent"),
        ({"questions": (WHEN, WHEN)}, "/questions"),
        ({"questions": (replace(WHERE, values=()),)}, "/questions/where"),
        ({"questions": (replace(WORDS, values=(("a", "b"),)),)}, "/questions/words"),
        ({"questions": (replace(WHERE, values=(("a", "b"), ("a", "c"))),)}, "/questions/where"),
        ({"code": "hardship", "public": False, "questions": (WORDS,)}, "/questions"),
    ],
)
def test_a_version_that_cannot_be_names_its_fault(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refused, match=r"^category_invalid$") as refused:
        category_tree.check(a_category(**changes), KNOWN)
    assert pointer in [each["pointer"] for each in refused.value.errors]


def test_the_tree_has_three_levels_and_no_circle() -> None:
    known = KNOWN | {"bins": a_category("bins", parent="sanitation"), "lids": a_category("lids", parent="bins")}
    category_tree.check(a_category("lids", parent="bins"), known)
    for changed in (a_category("hinges", parent="lids"), a_category("sanitation", parent="lids")):
        with pytest.raises(Refused, match=r"^category_invalid$"):
            category_tree.check(changed, known)


def test_twenty_are_shown_and_no_more() -> None:
    known = {f"c{n}": a_category(f"c{n}") for n in range(20)}
    category_tree.check(a_category("c3"), known)
    category_tree.check(a_category("new_one", visible=False), known)
    with pytest.raises(Refused):
        category_tree.check(a_category("new_one"), known)


def test_an_unknown_or_hidden_category_is_other_where_nobody_can_be_asked() -> None:
    known = [a_category("noise", visible=False), a_category("fire", kinds=("complaint",)), a_category("other")]
    for code in ("noise", "gossip"):
        assert chosen(code, "complaint", known, lenient=True).code == "other"
        with pytest.raises(Refused, match=r"^category_unknown$") as refused:
            chosen(code, "complaint", known, lenient=False)
        assert sorted(refused.value.more["nearest"]) == ["fire", "other"]  # type: ignore[call-overload]
    with pytest.raises(Refused, match=r"^category_not_for_this_kind$"):
        chosen("fire", "idea", known, lenient=False)


def test_a_checklist_and_a_photograph_hold_the_end() -> None:
    category = a_category(checklist=("清运", "拍照"), photo_required=True)
    with pytest.raises(Refused, match=r"^checklist_open$") as refused:
        category_tree.check_done(category, frozenset({"清运"}), 1)
    assert refused.value.more["missing"] == ["拍照"]
    with pytest.raises(Refused, match=r"^photo_needed$"):
        category_tree.check_done(category, frozenset({"清运", "拍照"}), 0)
    category_tree.check_done(category, frozenset({"清运", "拍照"}), 1)
