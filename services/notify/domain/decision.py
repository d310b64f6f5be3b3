"""Whether a message goes out now, later, or not at all, and why. The first "no" ends it.

A check that cannot be made defers: nothing is sent on doubt. An emergency in force skips refusals, hours and the caps
of the day; it has a cap of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from services.notify.domain.budget import Balance, next_period
from services.notify.domain.caps import Count, free_at
from services.notify.domain.consent import Standing, Statement, standing
from services.notify.domain.hours import Hours, next_open


class Verdict(StrEnum):
    """What to do with a message."""

    SEND = "send"
    LATER = "later"
    SUPPRESS = "suppress"
    PARK = "park"


class Contact(StrEnum):
    """What is known of the person's address when a decision is made."""

    NOT_ASKED = "not_asked"
    OK = "ok"
    VIA_GUARDIAN = "via_guardian"
    NO_CONTACT = "no_contact"
    ERASED = "erased"
    NO_GUARDIAN = "no_guardian"
    NO_RECIPIENT = "no_recipient"
    UNREACHABLE = "unreachable"


class Emergency(StrEnum):
    """Whether the message names an emergency, and whether that one is in force at its place now."""

    NONE = "none"
    IN_FORCE = "in_force"
    NOT_IN_FORCE = "not_in_force"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Everything a decision looks at."""

    at: datetime
    contact: Contact
    topic: str
    message_class: str
    channel: str = "sms"
    emergency: Emergency = Emergency.NONE
    refusable: bool = True
    needs_consent: bool = False
    said: Sequence[Statement] = ()
    already_read: bool = False
    hours: Sequence[Hours] = ()
    counts: Sequence[Count] = ()
    spaced_from: datetime | None = None
    balances: Sequence[Balance] = ()
    stopped: bool = False
    template_filed: bool = True
    template: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict, its reason, until when it waits, and each check with its result and what it looked at."""

    verdict: Verdict
    reason: str = ""
    until: datetime | None = None
    trace: Sequence[Mapping[str, Any]] = field(default=(), hash=False)


def decide(question: Question) -> Decision:
    """Go through the checks in their order; the trace holds each one made."""
    trace: list[Mapping[str, Any]] = []
    for check in CHECKS:
        skipped = check.name in SKIPPED and question.emergency is Emergency.IN_FORCE
        decision = None if skipped else check.answer(question)
        result = "skipped" if skipped else decision.reason if decision else "ok"
        trace.append({"check": check.name, "result": result, "input": check.looks_at(question)})
        if decision is not None:
            return replace(decision, trace=trace)
    return Decision(Verdict.SEND, trace=trace)


def _contact(question: Question) -> Decision | None:
    if question.contact in (Contact.OK, Contact.VIA_GUARDIAN, Contact.NOT_ASKED):
        return None
    return Decision(Verdict.SUPPRESS, str(question.contact))


def _consent(question: Question) -> Decision | None:
    stands = _standing(question)
    if question.refusable and stands is Standing.REFUSED:
        return Decision(Verdict.SUPPRESS, "opted_out")
    if question.needs_consent and stands is not Standing.GIVEN:
        return Decision(Verdict.SUPPRESS, "no_consent")
    return None


def _standing(question: Question) -> Standing:
    return standing(question.said, question.topic, question.message_class, question.channel)


def _preference(question: Question) -> Decision | None:
    if question.already_read:
        return Decision(Verdict.SUPPRESS, "already_read")
    until = next_open(question.hours, question.at)
    if until is None:
        return Decision(Verdict.SUPPRESS, "hours")
    return None if until == question.at else Decision(Verdict.LATER, "hours", until)


def _caps(question: Question) -> Decision | None:
    until = max((free_at(c.counted, c.caps, question.at) for c in question.counts), default=question.at)
    if until > question.at:
        return Decision(Verdict.LATER, "cap", until)
    if question.spaced_from is not None and question.spaced_from > question.at:
        return Decision(Verdict.LATER, "spacing", question.spaced_from)
    return None


def _budget(question: Question) -> Decision | None:
    spent = [b for b in question.balances if b.reached == 100]
    if not spent:
        return None
    return Decision(Verdict.LATER, "budget", max(next_period(b.period, question.at) for b in spent))


def _kill_switch(question: Question) -> Decision | None:
    return Decision(Verdict.SUPPRESS, "stopped") if question.stopped else None


def _route(question: Question) -> Decision | None:
    return None if question.template_filed else Decision(Verdict.PARK, "no_route")


def _consent_input(question: Question) -> dict[str, Any]:
    told = {"topic": question.topic, "channel": question.channel, "standing": str(_standing(question))}
    return told | {"refusable": question.refusable, "needs_consent": question.needs_consent}


def _preference_input(question: Question) -> dict[str, Any]:
    return {"at": question.at.isoformat(), "hours": [str(h) for h in question.hours], "read": question.already_read}


def _caps_input(question: Question) -> dict[str, Any]:
    return {c.what: [f"{c.within(cap, question.at)}/{cap.count}" for cap in c.caps] for c in question.counts}


def _budget_input(question: Question) -> dict[str, Any]:
    return {f"{b.message_class} {b.period}": f"{b.spent}/{b.limit}" for b in question.balances}


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name in the trace, its answer (None lets pass), and what it looks at."""

    name: str
    answer: Callable[[Question], Decision | None]
    looks_at: Callable[[Question], Mapping[str, Any]]


SKIPPED: Final = frozenset({"consent", "preference"})
CHECKS: Final = (
    Check("contact", _contact, lambda q: {"contact": str(q.contact)}),
    Check("emergency", lambda _: None, lambda q: {"emergency": str(q.emergency)}),
    Check("consent", _consent, _consent_input),
    Check("preference", _preference, _preference_input),
    Check("caps", _caps, _caps_input),
    Check("budget", _budget, _budget_input),
    Check("kill_switch", _kill_switch, lambda q: {"class": q.message_class, "stopped": q.stopped}),
    Check("route", _route, lambda q: {"template": q.template, "filed": q.template_filed}),
)
