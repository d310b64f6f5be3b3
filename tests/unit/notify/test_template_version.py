"""A version of a template moves only as its table says; nobody approves her own, and no submitted words change."""

from datetime import UTC, datetime
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from chassis.refused import Refused
from services.notify.domain import template_version as rules
from services.notify.domain.template_version import MOVES, Move, State, Version

AUTHOR, OTHER = UUID(int=1), UUID(int=2)


def a_version(**changes: Any) -> Version:
    values: dict[str, Any] = {
        "id": UUID(int=9),
        "name": "t",
        "version": 1,
        "bodies": {"zh-CN": "您好"},
        "subjects": {},
        "author": AUTHOR,
        "approver": None,
        "state": State.DRAFT,
        "note": "",
        "created_at": datetime(2026, 3, 2, tzinfo=UTC),
        "revision": 1,
    }
    return Version(**(values | changes))


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_a_version_moves_only_as_the_table_says(state: State, move: Move) -> None:
    if move in MOVES[state]:
        assert a_version(state=state).moved(move).state is MOVES[state][move]
    else:
        with pytest.raises(Refused, match=rf"^cannot_{move}_when_{state}$"):
            a_version(state=state).moved(move)


@pytest.mark.parametrize("state", State)
def test_only_a_draft_is_edited(state: State) -> None:
    if state is State.DRAFT:
        assert rules.edited(a_version(), bodies={"zh-CN": "再见"}, subjects={}).bodies == {"zh-CN": "再见"}
    else:
        with pytest.raises(Refused, match=r"^version_immutable$"):
            rules.edited(a_version(state=state), bodies={"zh-CN": "再见"}, subjects={})


def test_nothing_is_submitted_while_a_mapping_is_missing() -> None:
    assert rules.submitted(a_version(), missing=()).state is State.SUBMITTED
    with pytest.raises(Refused, match=r"^mapping_missing$"):
        rules.submitted(a_version(), missing=["aliyun zh-CN"])
    with pytest.raises(Refused, match=r"^cannot_submit_when_live$"):
        rules.submitted(a_version(state=State.LIVE), missing=["aliyun zh-CN"])


def test_nobody_decides_about_her_own_words() -> None:
    submitted = a_version(state=State.SUBMITTED)
    assert rules.approved(submitted, by=OTHER).approver == OTHER
    assert rules.rejected(submitted, by=OTHER, note="太长").note == "太长"
    for by in (AUTHOR, None):
        with pytest.raises(Refused, match=r"^two_people$"):
            rules.approved(submitted, by=by)
        with pytest.raises(Refused, match=r"^two_people$"):
            rules.rejected(submitted, by=by, note="")


def test_a_text_that_a_rule_sends_is_not_retired() -> None:
    live = a_version(state=State.LIVE)
    assert rules.retired(live, used_by=()).state is State.RETIRED
    with pytest.raises(Refused, match=r"^template_in_use$"):
        rules.retired(live, used_by=["case-received"])
    with pytest.raises(Refused, match=r"^cannot_retire_when_draft$"):
        rules.retired(a_version(), used_by=["case-received"])
