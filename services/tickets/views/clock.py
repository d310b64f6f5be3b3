"""The clocks of a ticket with their "why": every minute accounted for, every threshold past and to come."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.transaction import Transaction
from services.tickets.domain import clock as rules
from services.tickets.domain import threshold, why
from services.tickets.domain.calendar import Calendar
from services.tickets.domain.clock import Reading
from services.tickets.settings import TicketsSettings
from services.tickets.store import marks, tickets
from services.tickets.store.reference import load_reference
from services.tickets.views.detail import read


class SpanModel(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")
    kind: str
    minutes: int


class ThresholdModel(BaseModel):
    percent: int
    due_at: datetime
    raised_at: datetime | None
    superseded: bool
    recipient_role: str


class ClockModel(BaseModel):
    name: str
    unit: str
    start: datetime
    due: datetime
    met_at: datetime | None
    state: str
    used_percent: int
    thresholds: list[ThresholdModel]
    spans: list[SpanModel]
    why_due: str


class ClockView(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    as_of: datetime
    class_code: str = Field(alias="class")
    round: int
    clocks: list[ClockModel]
    provisional: bool
    calendar_version: str
    class_version: str


async def clock_view(tx: Transaction, ticket_id: UUID) -> ClockView:
    ticket, _ = await read(tx, ticket_id)
    history = await tickets.history(tx, ticket)
    reference = await load_reference(tx)
    calendar, table = reference.calendar, reference.classes_of(ticket.community_id, rules.round_began(history))
    limit = TicketsSettings.of(tx.service.settings).dispatch_limit
    readings = rules.readings(history, calendar, table.classes[ticket.class_code], limit)
    raised = {
        (row.clock, row.threshold): row for row in await marks.of_ticket(tx, ticket_id) if row.round == ticket.round
    }
    clocks = []
    for reading in readings.values():
        points = [
            ThresholdModel(
                percent=each.amount,
                due_at=reading.at(calendar, each.amount),
                raised_at=getattr(raised.get((reading.clock, each.amount)), "raised_at", None),
                superseded=getattr(raised.get((reading.clock, each.amount)), "superseded", False),
                recipient_role=each.recipient_role,
            )
            for each in threshold.THRESHOLDS[reading.clock]
        ]
        clocks.append(_model(reading, calendar, tx.now, points))
    provisional = not all(calendar.knows(r.start) and calendar.knows(r.due) for r in readings.values())
    return ClockView(
        as_of=tx.now,
        class_code=ticket.class_code,
        round=ticket.round,
        clocks=clocks,
        provisional=provisional,
        calendar_version=calendar.version,
        class_version=table.version,
    )


def _model(reading: Reading, calendar: Calendar, now: datetime, points: list[ThresholdModel]) -> ClockModel:
    return ClockModel(
        name=reading.clock,
        unit=reading.limit.unit,
        start=reading.start,
        due=reading.due,
        met_at=reading.met_at,
        state=_state(reading, now),
        used_percent=rules.used_percent(calendar, reading, now),
        thresholds=points,
        spans=[
            SpanModel(start=s.start, end=s.end, kind=s.kind, minutes=s.minutes) for s in why.spans(reading, calendar)
        ],
        why_due=why.sentence(reading, calendar),
    )


def _state(reading: Reading, now: datetime) -> str:
    if reading.met_at is not None:
        return "met" if reading.in_time else "late"
    return "overdue" if now >= reading.due else "running"
