"""Emergencies: asked for by one person, put in force by another, over by themselves."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.refused import Refused
from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.notify.domain import emergency as rules
from services.notify.domain.emergency import Emergency, State
from services.notify.events import EmergencyAuthorised, EmergencyEnded
from services.notify.store import copies, emergencies
from services.notify.store.catalogue import Catalogue

AUTHORISE: Final = "notify.emergencies.authorise"
END_TIMER: Final = "emergency_end"


@dataclass(frozen=True, slots=True)
class RequestEmergency:
    """Why, where, for how many hours, and with which text."""

    reason: str
    area_id: UUID
    hours: int
    template: str


async def request(command: RequestEmergency, tx: Transaction) -> Emergency:
    """Ask for an emergency. Nothing is different yet."""
    await _granted(command.area_id, tx)
    if command.template not in (await Catalogue.of(tx)).live:
        errors = [{"pointer": "/template", "code": "unknown", "detail": command.template}]
        raise Refused("template_unknown", status=422, errors=errors)
    assert tx.actor.person_id is not None
    emergency_id = tx.new_id()
    emergency = Emergency(
        id=emergency_id,
        state=State.REQUESTED,
        reason=command.reason,
        area_id=command.area_id,
        hours=command.hours,
        template=command.template,
        requested_by=tx.actor.person_id,
        requested_at=tx.now,
        approved_by=None,
        begins_at=None,
        ends_at=None,
        ended_at=None,
        ended_by="",
        correlation=emergency_id,
        revision=1,
    )
    return await emergencies.add(tx, emergency)


async def approve(emergency_id: UUID, tx: Transaction) -> Emergency:
    """Put it in force: another person, granted for the same area. Its end is set with its beginning."""
    waiting = await emergencies.lock(tx, emergency_id)
    await _granted(waiting.area_id, tx)
    assert tx.actor.person_id is not None
    saved = await emergencies.save(tx, rules.approved(waiting, by=tx.actor.person_id, at=tx.now))
    assert saved.ends_at is not None
    await tx.set_timer(END_TIMER, str(saved.id), saved.ends_at)
    tx.announce(EmergencyAuthorised.of(saved), saved)
    return saved


async def end(emergency_id: UUID, tx: Transaction) -> Emergency:
    """End it before its time, or take back what was only asked for."""
    emergency = await emergencies.lock(tx, emergency_id)
    await _granted(emergency.area_id, tx)
    await tx.cancel_timer(END_TIMER, str(emergency.id))
    return await _end(emergency, tx)


async def end_by_itself(timer: DueTimer, tx: Transaction) -> None:
    """Its time is over."""
    emergency = await emergencies.lock(tx, UUID(timer.key))
    if emergency.state is State.IN_FORCE:
        await _end(emergency, tx)


async def _end(emergency: Emergency, tx: Transaction) -> Emergency:
    saved = await emergencies.save(tx, rules.ended(emergency, by=tx.actor.name, at=tx.now))
    if emergency.state is State.IN_FORCE:
        tx.announce(EmergencyEnded.of(saved), saved)
    return saved


async def _granted(area_id: UUID, tx: Transaction) -> None:
    if not tx.actor.may(AUTHORISE, area_path=await copies.path_of(tx, area_id)):
        raise Refused("area_unknown", status=404)
