"""A campaign moves only as its table says; two people agree on a large one; who starts it knows what she starts."""

from datetime import UTC, datetime
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from chassis.refused import Refused
from services.notify.domain import campaign as rules
from services.notify.domain.campaign import MOVES, Campaign, Move, State

AUTHOR, OTHER = UUID(int=1), UUID(int=2)
AT = datetime(2026, 3, 2, tzinfo=UTC)


def a_campaign(**changes: Any) -> Campaign:
    values: dict[str, Any] = {
        "id": UUID(int=9),
        "name": "停水通知",
        "community_id": UUID(int=8),
        "template": "t",
        "template_version": 1,
        "message_class": "notice",
        "state": State.READY,
        "reason": "",
        "created_by": AUTHOR,
        "created_at": AT,
        "recipients": 500,
        "billable": 700,
        "correlation": UUID(int=9),
    }
    return Campaign(**(values | changes))


def start(campaign: Campaign, recipients: int = 500, billable: int = 700) -> Campaign:
    return rules.started(campaign, recipients=recipients, billable=billable, by=AUTHOR, at=AT)


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_a_campaign_moves_only_as_the_table_says(state: State, move: Move) -> None:
    campaign = a_campaign(state=state)
    if move in MOVES[state]:
        assert campaign.moved(move).state is MOVES[state][move]
    else:
        with pytest.raises(Refused, match=f"cannot_{move}_when_{state}"):
            campaign.moved(move)


def test_another_person_approves() -> None:
    after = rules.approved(a_campaign(), by=OTHER)
    assert (after.state, after.approved_by) == (State.APPROVED, OTHER)


def test_nobody_approves_her_own_campaign() -> None:
    with pytest.raises(Refused, match="two_people"):
        rules.approved(a_campaign(), by=AUTHOR)


def test_up_to_500_start_without_approval() -> None:
    after = start(a_campaign())
    assert (after.state, after.started_by, after.running_since) == (State.RUNNING, AUTHOR, AT)


@pytest.mark.parametrize("changes", [{"recipients": 501}, {"message_class": "promotion"}])
def test_a_large_campaign_and_every_promotion_need_another_person(changes: dict[str, Any]) -> None:
    campaign = a_campaign(**changes)
    with pytest.raises(Refused, match="approval_needed"):
        start(campaign, campaign.recipients)
    agreed = rules.approved(campaign, by=OTHER)
    assert start(agreed, campaign.recipients).state is State.RUNNING


@pytest.mark.parametrize("shown", [(499, 700), (500, 701)])
def test_who_starts_it_was_shown_the_counts_that_hold(shown: tuple[int, int]) -> None:
    with pytest.raises(Refused, match="counts_changed") as refused:
        start(a_campaign(), *shown)
    assert refused.value.more == {"recipients": 500, "billable": 700}


def test_more_than_a_fifth_of_the_last_500_is_too_many_failures() -> None:
    assert not rules.failing(100)
    assert rules.failing(101)
