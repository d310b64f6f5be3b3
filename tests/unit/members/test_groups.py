"""Groups: states, leaders, posts, coverage, task forces."""

import json
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.refused import Refused
from services.members.domain.groups import membership as rules
from services.members.domain.groups import organization, post, task_force
from services.members.domain.groups.coverage import ANY, Coverage, Rank, on_duty
from services.members.domain.groups.membership import MOVES, Membership, MembershipMove, MembershipState, Tier
from services.members.domain.groups.organization import (
    Classification,
    JoinMode,
    Organization,
    OrganizationMove,
    OrganizationState,
)
from services.members.domain.groups.task_force import TaskForce, TaskForceMove, TaskForceState
from services.members.domain.period import Period
from services.members.events import EVENTS
from services.members.states import STATES

NOW = datetime(2018, 8, 30, 9, 22, tzinfo=UTC)
DAY = timedelta(days=1)
EXAMPLES = json.loads(
    (Path(__file__).parents[3] / "services/members/events/coverage_examples.json").read_text(encoding="utf-8")
)


def a_group(**changes: object) -> Organization:
    new_id = uuid4()
    plain: dict[str, object] = {
        "id": new_id,
        "classification": Classification.WOMENS_GROUP,
        "name": "物业管理妇女小组",
        "parent_id": None,
        "path": (new_id,),
        "area_id": uuid4(),
        "community_id": uuid4(),
    }
    return Organization(**plain | changes)  # type: ignore[arg-type]


def a_membership(state: MembershipState = MembershipState.ACTIVE, tier: Tier = Tier.CORE) -> Membership:
    return Membership(
        id=uuid4(),
        community_id=uuid4(),
        person_id=uuid4(),
        organization_id=uuid4(),
        tier=tier,
        state=state,
        during=Period(NOW),
    )


def a_task_force(**changes: object) -> TaskForce:
    plain: dict[str, object] = {
        "id": uuid4(),
        "organization_id": uuid4(),
        "community_id": uuid4(),
        "ticket_id": uuid4(),
        "correlation": uuid4(),
        "building_id": None,
        "size": 9,
        "purpose_code": "patrol",
    }
    return TaskForce(**plain | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "move"), list(product(MembershipState, MembershipMove)))
def test_a_membership_moves_only_as_the_table_says(state: MembershipState, move: MembershipMove) -> None:
    membership = a_membership(state)
    if move in MOVES[state]:
        assert membership.moved(move, at=NOW, reason="moved house").state is MOVES[state][move]
    else:
        with pytest.raises(Refused, match=f"cannot_{move}_when_{state}"):
            membership.moved(move, at=NOW, reason="moved house")


@pytest.mark.parametrize(("state", "move"), list(product(OrganizationState, OrganizationMove)))
def test_an_organisation_moves_only_as_the_table_says(state: OrganizationState, move: OrganizationMove) -> None:
    group = a_group(state=state)
    if move in organization.MOVES[state]:
        assert group.moved(move).state is organization.MOVES[state][move]
    else:
        with pytest.raises(Refused, match=f"cannot_{move}_when_{state}"):
            group.moved(move)


@pytest.mark.parametrize(("state", "move"), list(product(TaskForceState, TaskForceMove)))
def test_a_task_force_moves_only_as_the_table_says(state: TaskForceState, move: TaskForceMove) -> None:
    one = a_task_force(state=state)
    if move in task_force.MOVES[state]:
        assert one.moved(move).state is task_force.MOVES[state][move]
    else:
        with pytest.raises(Refused, match=f"cannot_{move}_when_{state}"):
            one.moved(move)


@pytest.mark.parametrize("move", [MembershipMove.LEAVE, MembershipMove.REMOVE, MembershipMove.MOVE_AWAY])
def test_a_leader_hands_over_before_she_goes(move: MembershipMove) -> None:
    with pytest.raises(Refused, match="leader_hands_over_first"):
        a_membership(tier=Tier.LEADER).moved(move, at=NOW, reason="moved house")


def test_a_leader_is_not_paused_either() -> None:
    with pytest.raises(Refused, match="leader_hands_over_first"):
        a_membership(tier=Tier.LEADER).moved(MembershipMove.PAUSE, at=NOW)


def test_nobody_is_removed_without_a_reason() -> None:
    with pytest.raises(Refused, match="reason_missing"):
        a_membership().moved(MembershipMove.REMOVE, at=NOW, reason=" ")


def test_an_invited_member_belongs_from_the_day_she_accepts() -> None:
    accepted = a_membership(MembershipState.INVITED).moved(MembershipMove.ACCEPT, at=NOW + DAY)
    assert accepted.during == Period(NOW + DAY)


def test_a_membership_that_ends_keeps_the_time_it_lasted() -> None:
    over = a_membership().moved(MembershipMove.LEAVE, at=NOW + DAY)
    assert over.during == Period(NOW, NOW + DAY)


@pytest.mark.parametrize(
    ("tier", "role"), [(Tier.LEADER, "leader"), (Tier.DEPUTY, "leader"), (Tier.CORE, "member"), (Tier.MEMBER, None)]
)
def test_a_tier_gives_its_role_only_while_active(tier: Tier, role: str | None) -> None:
    assert a_membership(tier=tier).gives == role
    assert a_membership(MembershipState.PAUSED, tier).gives is None


@pytest.mark.parametrize(
    ("mode", "by_herself", "invited", "state"),
    [
        (JoinMode.OPEN, True, False, MembershipState.ACTIVE),
        (JoinMode.APPROVAL, True, False, MembershipState.APPLIED),
        (JoinMode.APPROVAL, False, False, MembershipState.ACTIVE),
        (JoinMode.INVITATION, False, True, MembershipState.INVITED),
    ],
)
def test_a_membership_begins_by_the_way_of_its_group(
    mode: JoinMode, by_herself: bool, invited: bool, state: MembershipState
) -> None:
    assert rules.first_state(mode, by_herself=by_herself, invited=invited) is state


def test_nobody_walks_into_a_group_that_invites() -> None:
    with pytest.raises(Refused, match="join_by_invitation"):
        rules.first_state(JoinMode.INVITATION, by_herself=True, invited=False)


def test_a_leader_is_an_executive_for_her_whole_term() -> None:
    term = Period(NOW, NOW + 10 * DAY)
    rules.check_leader(a_group(), term, [Period(NOW - DAY, NOW + 5 * DAY), Period(NOW + 5 * DAY)])
    for posts in (
        [],
        [Period(NOW, NOW + 9 * DAY)],
        [Period(NOW + DAY)],
        [Period(NOW, NOW + DAY), Period(NOW + 2 * DAY)],
    ):
        with pytest.raises(Refused, match="leader_needs_executive_post"):
            rules.check_leader(a_group(), term, posts)


def test_an_arts_team_may_be_led_by_anybody() -> None:
    rules.check_leader(a_group(classification=Classification.ARTS_TEAM), Period(NOW), [])


def test_a_post_has_no_more_holders_than_seats() -> None:
    one = post.Post(id=uuid4(), organization_id=uuid4(), area_id=uuid4(), role=post.PostRole.CHAIR, seats=2)
    held = [
        post.Holding(id=uuid4(), post_id=one.id, person_id=uuid4(), community_id=uuid4(), during=during)
        for during in (Period(NOW), Period(NOW, NOW + DAY))
    ]
    post.check_seats(one, Period(NOW + DAY), held)
    with pytest.raises(Refused, match="seats_full"):
        post.check_seats(one, Period(NOW), held)


def test_an_organisation_is_no_part_of_itself() -> None:
    parent = a_group()
    child = organization.placed(a_group(), parent)
    assert child.path == (parent.id, child.id)
    with pytest.raises(Refused, match="cycle"):
        organization.placed(parent, child)


def test_exactly_as_many_people_are_named_as_were_asked_for() -> None:
    people = [uuid4() for _ in range(9)]
    formed = task_force.formed(a_task_force(), people, people, until=None, at=NOW)
    assert (formed.state, formed.person_ids) == (TaskForceState.FORMED, tuple(people))
    for named in (people[:8], [*people, uuid4()]):
        with pytest.raises(Refused, match=r"size_differs|person_unknown"):
            task_force.formed(a_task_force(), named, people, until=None, at=NOW)


def test_nobody_is_named_twice_or_from_elsewhere_or_for_the_past() -> None:
    people = [uuid4() for _ in range(9)]
    twice = [*people[:8], people[0]]
    with pytest.raises(Refused, match="named_twice") as refused:
        task_force.formed(a_task_force(), twice, people, until=None, at=NOW)
    assert refused.value.errors[0]["pointer"] == "/person_ids/8"
    with pytest.raises(Refused, match="person_unknown"):
        task_force.formed(a_task_force(), people, people[:8], until=None, at=NOW)
    with pytest.raises(Refused, match="past"):
        task_force.formed(a_task_force(), people, people, until=NOW, at=NOW)


def _coverage(one: dict[str, Any]) -> Coverage:
    return Coverage(
        id=UUID(one["coverage_id"]),
        community_id=uuid4(),
        organization_id=UUID(one["organization_id"]),
        area_id=UUID(one["area_id"]),
        category=one["category"],
        rank=Rank(one["rank"]),
        during=Period(
            datetime.fromisoformat(one["from"]), datetime.fromisoformat(one["until"]) if one["until"] else None
        ),
    )


@pytest.mark.parametrize("example", EXAMPLES["examples"], ids=lambda example: example["meaning"])
def test_the_published_examples_of_coverage_hold(example: dict[str, Any]) -> None:
    coverages = [_coverage(one) for one in EXAMPLES["coverage"]]
    path = [UUID(area) for area in example["path"]]
    found = on_duty(path, example["category"], coverages, datetime.fromisoformat(example["at"]))
    assert (str(found.id) if found else None) == example["coverage_id"]


@settings(deadline=None)
@given(st.permutations(EXAMPLES["coverage"]), st.sampled_from(EXAMPLES["examples"]))
def test_the_answer_does_not_hang_on_the_order_of_the_rows(
    coverage: list[dict[str, Any]], example: dict[str, Any]
) -> None:
    path = [UUID(area) for area in example["path"]]
    found = on_duty(path, example["category"], map(_coverage, coverage), datetime.fromisoformat(example["at"]))
    assert (str(found.id) if found else None) == example["coverage_id"]


def test_any_is_a_category_of_its_own() -> None:
    assert any(one["category"] == ANY for one in EXAMPLES["coverage"])


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_fact_has_a_meaning_and_an_example_of_ids_only(event: Any) -> None:
    assert event.__doc__
    example = event.example().model_dump(mode="json", by_alias=True)
    allowed = {"name", "kind", "classification", "mandate", "category", "rank", "tier", "state", "role", "scope_kind"}
    words = {name for name, value in example.items() if isinstance(value, str) and not _is_id_or_time(value)}
    assert words <= allowed


def _is_id_or_time(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return value[:4].isdigit()
    return True


def test_every_machine_is_drawn_with_each_of_its_moves() -> None:
    drawn = STATES["membership.md"]
    assert all(f"{s} --> {t}: {m}" in drawn for s, there in MOVES.items() for m, t in there.items())
    assert "ended --> [*]" in drawn
