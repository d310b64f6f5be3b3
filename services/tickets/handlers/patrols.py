"""Walks of a group: planned, walked, and what they find becomes a ticket that a later walk verifies."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.refused import Refused
from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.tickets.domain import follow_up, patrol
from services.tickets.domain.patrol import CheckResult, PatrolRound
from services.tickets.domain.profile import Origin
from services.tickets.events import (
    PatrolRoundFinished,
    PatrolRoundMissed,
    PatrolRoundPlanned,
    PatrolRoundStarted,
)
from services.tickets.handlers import closings, verdicts
from services.tickets.handlers.filing import FileTicket, file_ticket
from services.tickets.store import copies, follow_ups, notes, patrols, places, recurring, task_forces, tickets
from services.tickets.store.patrols import Patrol

MISSED_TIMER = "patrol_round_missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPatrol:
    group_id: UUID
    name: str
    area_id: UUID
    checkpoints: tuple[tuple[str, UUID | None], ...]
    minimum_people: int = 1
    ticket_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRound:
    patrol_id: UUID
    starts_at: datetime
    ends_at: datetime
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundCommand:
    round_id: UUID
    expected: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPoint(RoundCommand):
    checkpoint_id: UUID
    result: CheckResult
    category: str = ""
    description: str = ""
    client_id: UUID | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    round: PatrolRound
    ticket_id: UUID | None


async def plan_patrol(command: PlanPatrol, tx: Transaction) -> Patrol:
    """The leader says where her group walks and what it looks at."""
    facts = await places.facts_of(tx, command.area_id, "*", numbered=False)
    if facts is None or facts.community_id is None:
        raise Refused("area_unknown", status=422, errors=[{"pointer": "/area_id", "code": "unknown"}])
    group = await copies.group(tx, command.group_id, facts.place.path, facts.community_id)
    if group is None or not tx.actor.may("patrols.plan", organization_path=group.path):
        raise Refused("group_unknown", status=404)
    ticket = await tickets.find(tx, command.ticket_id) if command.ticket_id else None
    id_ = tx.new_id()
    plan = Patrol(
        id_,
        facts.community_id,
        command.area_id,
        facts.place.path,
        command.group_id,
        tuple(group.path),
        command.name,
        command.minimum_people,
        ticket.correlation if ticket else id_,
        ticket.id if ticket else None,
    )
    return await patrols.add(tx, plan, command.checkpoints)


async def plan_round(command: PlanRound, tx: Transaction) -> PatrolRound:
    """One walk, with the people for it: of the group, or of its task force."""
    plan = await planned_by(command.patrol_id, tx)
    wanted = PatrolRound(
        tx.new_id(), plan.id, command.starts_at, command.ends_at, tuple(dict.fromkeys(command.person_ids))
    )
    round_ = patrol.plan(wanted, minimum_people=plan.minimum_people)
    await check_people(plan, round_, tx)
    saved, _ = await stand(round_, plan, tx)
    return saved


async def stand(round_: PatrolRound, plan: Patrol, tx: Transaction) -> tuple[PatrolRound, Patrol]:
    """A walk that is to be: told to its people, and shown as missed when nobody sets out."""
    saved = await patrols.add_round(tx, round_)
    plan = await patrols.next_revision(tx, plan)
    tx.announce(PatrolRoundPlanned(**_about(saved)), plan)
    await tx.set_timer(MISSED_TIMER, str(saved.id), saved.ends_at + patrol.MISSED_AFTER)
    return saved, plan


async def start_round(command: RoundCommand, tx: Transaction) -> PatrolRound:
    round_, plan = await _walk(command, tx)
    saved = await patrols.save_round(tx, patrol.start(round_, at=tx.now))
    tx.announce(PatrolRoundStarted(**_about(saved)), await patrols.next_revision(tx, plan))
    return saved


async def check_point(command: CheckPoint, tx: Transaction) -> Checked:
    """One place: fine, something found, or passed over with a reason."""
    round_, plan = await _walk(replace(command, expected=None), tx)
    if command.client_id is not None:
        before = await recurring.sent_before(tx, command.client_id, round_.id)
        if before is not None:
            return Checked(round_, before[0])
    _check_fresh(round_, command)
    checked = patrol.check(round_, command.result, command.reason)
    noted_at = patrol.check_noted(round_, command.at or tx.now, at=tx.now)
    points = {point.id: point for point in await patrols.points_of(tx, plan.id)}
    if command.checkpoint_id not in points:
        raise Refused("checkpoint_unknown", status=422, errors=[{"pointer": "/checkpoint_id", "code": "unknown"}])
    if command.checkpoint_id in {check.checkpoint_id for check in await patrols.checks_of(tx, round_.id)}:
        raise Refused("checked_already")
    ticket_id = None
    if command.result is CheckResult.FINDING:
        ticket_id = await _found(command, plan, points[command.checkpoint_id].area_id or plan.area_id, tx)
    elif command.result is CheckResult.OK:
        await _verify(command.checkpoint_id, tx)
    await patrols.add_check(tx, round_.id, command.checkpoint_id, command.result, command.reason, ticket_id, noted_at)
    if command.client_id is not None:
        await recurring.sent(tx, command.client_id, round_.id, ticket_id, noted_at)
    return Checked(await patrols.save_round(tx, checked), ticket_id)


async def finish_round(command: RoundCommand, tx: Transaction) -> PatrolRound:
    round_, plan = await _walk(command, tx)
    looked_at = {check.checkpoint_id for check in await patrols.checks_of(tx, round_.id)}
    waiting = [str(point.id) for point in await patrols.points_of(tx, plan.id) if point.id not in looked_at]
    saved = await patrols.save_round(tx, patrol.finish(round_, open_checkpoints=waiting, at=tx.now))
    findings = await patrols.findings_of(tx, saved.id)
    event = PatrolRoundFinished(**_about(saved), minutes=saved.minutes, findings=findings)
    tx.announce(event, await patrols.next_revision(tx, plan))
    return saved


async def cancel_round(command: RoundCommand, tx: Transaction) -> PatrolRound:
    round_ = await patrols.load_round(tx, command.round_id)
    await planned_by(round_.patrol_id, tx)
    _check_fresh(round_, command)
    return await patrols.save_round(tx, patrol.cancel(round_, reason=command.reason))


async def miss_round(timer: DueTimer, tx: Transaction) -> None:
    """Two hours after its window nobody has set out: it is shown as missed."""
    round_ = await patrols.load_round(tx, UUID(timer.key))
    if round_.state is not patrol.RoundState.PLANNED:
        return
    saved = await patrols.save_round(tx, patrol.miss(round_))
    plan = await patrols.next_revision(tx, await patrols.load(tx, round_.patrol_id))
    tx.announce(PatrolRoundMissed(**_about(saved)), plan)


async def planned_by(patrol_id: UUID, tx: Transaction) -> Patrol:
    """The plan, for the leader of its group."""
    plan = await patrols.load(tx, patrol_id)
    if not tx.actor.may("patrols.plan", organization_path=plan.group_path):
        inside = tx.actor.may("patrols.read", area_path=plan.area_path, organization_path=plan.group_path)
        raise Refused("not_permitted" if inside else "patrol_unknown", status=403 if inside else 404)
    return plan


async def _walk(command: RoundCommand, tx: Transaction) -> tuple[PatrolRound, Patrol]:
    """The round and its plan, for one of those who walk it or her leader."""
    round_ = await patrols.load_round(tx, command.round_id)
    plan = await patrols.load(tx, round_.patrol_id)
    walks = tx.actor.person_id in round_.person_ids
    if not walks and not tx.actor.may("patrols.plan", organization_path=plan.group_path):
        inside = tx.actor.may("patrols.read", area_path=plan.area_path, organization_path=plan.group_path)
        raise Refused("not_permitted" if inside else "patrol_round_unknown", status=403 if inside else 404)
    _check_fresh(round_, command)
    return round_, plan


def _check_fresh(round_: PatrolRound, command: RoundCommand) -> None:
    if command.expected is not None and round_.revision != command.expected:
        raise Refused("stale", status=412, revision=round_.revision)


async def check_people(plan: Patrol, round_: PatrolRound, tx: Transaction) -> None:
    force = await task_forces.of_ticket(tx, plan.ticket_id) if plan.ticket_id else None
    known = set(force.person_ids) if force else set()
    for person in round_.person_ids:
        if person not in known and not await copies.is_member(tx, plan.group_id, person):
            raise Refused("not_in_group", status=422, errors=[{"pointer": "/person_ids", "code": "not_in_group"}])


async def _found(command: CheckPoint, plan: Patrol, area_id: UUID, tx: Transaction) -> UUID:
    """The same thing at the same place joins the finding that is still open."""
    known = await patrols.open_finding(tx, command.checkpoint_id, command.category)
    if known is not None:
        ticket = await tickets.load(tx, known)
        await notes.add(tx, ticket, kind="finding", text=command.description, audience="internal")
        return known
    filed = await file_ticket(
        FileTicket(
            description=command.description,
            category=command.category,
            building_id=area_id,
            origin=Origin.PATROL,
            channel="patrol",
            found_at=command.checkpoint_id,
            correlation=plan.correlation,
        ),
        tx,
    )
    return filed.ticket.id


async def _verify(checkpoint_id: UUID, tx: Transaction) -> None:
    """A later look says that it is gone, by somebody who did not mend it."""
    for ticket_id in await patrols.resolved_findings(tx, checkpoint_id):
        ticket = await tickets.load(tx, ticket_id)
        if tx.actor.person_id is None or tx.actor.person_id == ticket.handler_id:
            continue
        saved = await tickets.save(tx, follow_up.verified(ticket, by=tx.actor.person_id, at=tx.now))
        seen = await follow_ups.open_round(tx, saved.id, saved.round)
        answered = follow_up.seen_solved(seen, by=tx.actor.person_id, at=tx.now)
        await follow_ups.save(tx, answered)
        tx.announce(verdicts.answered_event(saved, answered), saved)
        await closings.closed(saved, tx)


def _about(round_: PatrolRound) -> dict[str, Any]:
    return {"patrol_id": round_.patrol_id, "round_id": round_.id, "person_ids": list(round_.person_ids)}
