"""One conversation out of two sources: what was said and done in the ticket, and the texts sent about it."""

from collections.abc import Iterable

from console.ask.notify import Message
from console.ask.tickets import Event
from console.language import Language
from console.names import Names
from console.views import Turn

SIGNS = {
    "file": "plus", "confirm": "check", "assign": "arrow-right", "accept": "check", "start": "play", "reject": "x",
    "resolve": "circle-check", "return": "rotate-ccw", "reopen": "rotate-ccw", "withdraw": "x", "ask": "send",
    "record_contact": "phone", "answer_solved": "message-square", "answer_unsolved": "message-square",
    "escalate": "triangle-alert", "contact": "phone", "answer": "message-square",
}  # fmt: skip
REASON_SORTS = ("reason", "contact", "link", "clock")
SEGMENTS = ("%(num)s segment", "%(num)s segments")
TROUBLE_STATES = frozenset({"failed", "unknown", "parked"})
MESSAGE_SIGNS = {"delivered": "check-check", "submitted": "check", "failed": "x", "suppressed": "x", "cancelled": "x"}


def conversation(
    events: Iterable[Event], messages: Iterable[Message], names: Names, told: Language
) -> tuple[Turn, ...]:
    """Oldest first. A contact without words is told by its move."""
    said = [event for event in events if event.type != "contact" or event.text]
    turns = [_of_event(event, names, told) for event in said] + [_of_message(one, names, told) for one in messages]
    return tuple(sorted(turns, key=lambda turn: turn.at))


def _of_event(event: Event, names: Names, told: Language) -> Turn:
    if event.type == "note":
        return Turn(event.at, "note", "notebook-pen", told.word("turn", "note"), names.of(event.actor_id), event.text)
    kind = "answer" if event.type == "answer" or (event.move or "").startswith("answer") else "move"
    title = told.word("done", event.move or event.type)
    word = _word_of(event.reason, told)
    said = event.text or (None if word else event.reason)
    sign = SIGNS.get(event.move or event.type, "info")
    return Turn(event.at, kind, sign, title, names.of(event.actor_id), said, (word,) if word else ())  # type: ignore[arg-type]


def _word_of(reason: str | None, told: Language) -> str | None:
    """A reason is a code of one of these sorts, or somebody's own words."""
    return next((told.word(sort, reason) for sort in REASON_SORTS if reason and told.knows(sort, reason)), None)


def _of_message(message: Message, names: Names, told: Language) -> Turn:
    at = message.submitted_at or message.created_at
    trouble = message.state in TROUBLE_STATES
    marks = [told.word("message", message.state)]
    if message.reason:
        marks.append(told.word("message_reason", message.reason))
    if message.possible_duplicate:
        marks.append(told.word("message", "possible_duplicate"))
    if message.segments:
        marks.append(told.ngettext(*SEGMENTS, message.segments) % {"num": message.segments})
    title = told.word("template", message.template)
    return Turn(at, "trouble" if trouble else "message", MESSAGE_SIGNS.get(message.state, "send"), title,
                names.of(message.person_id), None, tuple(marks))  # fmt: skip
