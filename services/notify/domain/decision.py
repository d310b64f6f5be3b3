"""Whether a message goes out now, later, or not at all, and why. The first "no" ends it.

A check that cannot be made defers: nothing is sent on doubt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.notify.domain.caps import Cap, Counted, free_at
from services.notify.domain.hours import Hours

ALL_TOPICS: Final = "*"


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
    NO_CONTACT = "no_contact"
    ERASED = "erased"
    NO_GUARDIAN = "no_guardian"
    NO_RECIPIENT = "no_recipient"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Everything a decision looks at."""

    at: datetime
    contact: Contact
    topic: str
    refusable: bool
    opted_out: frozenset[str]
    hours: Hours | None
    counted: Sequence[Counted] = ()
    caps: Sequence[Cap] = ()
    stopped: bool = False
    template_filed: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict, its reason, and until when it waits."""

    verdict: Verdict
    reason: str = ""
    until: datetime | None = None
    trace: tuple[tuple[str, str], ...] = ()


def decide(question: Question) -> Decision:
    """Go through the checks in their order; the trace names each one passed."""
    passed: list[tuple[str, str]] = []
    for name, check in CHECKS:
        decision = check(question)
        if decision is not None:
            trace = (*passed, (name, decision.reason))
            return Decision(decision.verdict, decision.reason, decision.until, trace)
        passed.append((name, "ok"))
    return Decision(Verdict.SEND, trace=tuple(passed))


def _contact(question: Question) -> Decision | None:
    if question.contact in (Contact.OK, Contact.NOT_ASKED):
        return None
    return Decision(Verdict.SUPPRESS, str(question.contact))


def _opt_out(question: Question) -> Decision | None:
    if not question.refusable or not question.opted_out & {question.topic, ALL_TOPICS}:
        return None
    return Decision(Verdict.SUPPRESS, "opted_out")


def _hours(question: Question) -> Decision | None:
    if question.hours is None:
        return None
    until = question.hours.next_open(question.at)
    return None if until == question.at else Decision(Verdict.LATER, "hours", until)


def _caps(question: Question) -> Decision | None:
    until = free_at(question.counted, question.caps, question.at)
    return None if until == question.at else Decision(Verdict.LATER, "cap", until)


def _kill_switch(question: Question) -> Decision | None:
    return Decision(Verdict.SUPPRESS, "stopped") if question.stopped else None


def _route(question: Question) -> Decision | None:
    return None if question.template_filed else Decision(Verdict.PARK, "no_route")


CHECKS: Final = (
    ("contact", _contact),
    ("opt_out", _opt_out),
    ("hours", _hours),
    ("caps", _caps),
    ("kill_switch", _kill_switch),
    ("route", _route),
)
