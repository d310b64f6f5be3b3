"""What a service says in one Chinese sentence, read in the reader's language from the codes that stand beside it.

In Chinese the owner's own sentence is shown. In another language it is put together here; where the codes do not say
all of it, the sentence itself stands below, marked as Chinese.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.ask.tickets import Assignment, Clock
from console.language import Language

COUNTED = frozenset({"working", "make_up", "extended"})
ORDERS = ("no_property_management", "coverage", "same_group", "by_hand")  # rules whose sentence the catalogues hold
TOLD_WHOLE = frozenset(ORDERS) - {"by_hand"}  # a person's own reason is in her words only


@dataclass(frozen=True, slots=True)
class Reading:
    """The words for this reader, and the owner's sentence when it says more than they do."""

    words: str
    original: str | None = None


def as_written(sentence: str | None) -> Reading:
    return Reading(sentence or "")


def why_due(clock: Clock, told: Language, zone: ZoneInfo) -> Reading:
    """How a clock came to its time: the limit, the start, and what was counted on which day."""
    if told.is_native or clock.start is None or clock.due is None:
        return as_written(clock.why_due)
    begun, ends = told.moment(clock.start, zone), told.moment(clock.due, zone)
    moved = "".join(_moved(clock, told))
    if clock.unit != "working":
        return Reading(told.said(f"due_{clock.unit}", start=begun, due=ends) + moved)
    days: dict[str, int] = {}
    for span in clock.spans:
        if span.kind in COUNTED:
            day = told.day(span.start, zone)
            days[day] = days.get(day, 0) + span.minutes
    counted = ", ".join(f"{told.span(timedelta(minutes=minutes))} ({day})" for day, minutes in days.items())
    return Reading(told.said("due_working", start=begun, due=ends, counted=counted) + moved)


def _moved(clock: Clock, told: Language) -> Iterator[str]:
    """What moved the end: time that was added, and time in which the clock stood."""
    for kind in ("extended", "paused"):
        minutes = sum(span.minutes for span in clock.spans if span.kind == kind)
        if minutes:
            yield "; " + told.said(f"due_{kind}", span=told.span(timedelta(minutes=minutes)))


def why_group(assignment: Assignment, told: Language) -> Reading:
    """Why this group has the case."""
    if told.is_native:
        return as_written(assignment.explanation)
    if assignment.rule_id not in ORDERS:
        return Reading(told.said("group_by_rule", rule=assignment.rule_id or "–"), assignment.explanation)
    words = told.said(
        f"group_{assignment.rule_id}",
        group=assignment.group_name or "–",
        place=str(assignment.inputs.get("place") or "–"),
        category=told.word("category", str(assignment.inputs.get("category") or "other")),
    )
    return Reading(words, None if assignment.rule_id in TOLD_WHOLE else assignment.explanation)


def standing(
    sentence: str | None, state: str, outcome: str | None, group: str | None, due: datetime | None,
    told: Language, zone: ZoneInfo,
) -> Reading:  # fmt: skip
    """The resident's own sentence. It stands below in any case: her text messages say it in the same words."""
    if told.is_native or not told.knows("standing", state):
        return as_written(sentence) if told.is_native else Reading("", sentence)
    words = told.word("standing", state).format(group=group or told.word("standing", "a_group"))
    if state == "closed" and outcome:
        words = f"{words}: {told.word('outcome', outcome)}"
    if due is not None:
        words = f"{words}, {told.said('by_time', due=told.moment(due, zone))}"
    return Reading(words, sentence)
