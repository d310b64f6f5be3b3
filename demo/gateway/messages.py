"""One text on the air, to a handset or from one, and what is known about it."""

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Self

SHANGHAI = timezone(timedelta(hours=8))
WHOLE_UNITS_MAX = 70
PART_UNITS_MAX = 67


class Direction(StrEnum):
    TO_HANDSET = "to_handset"
    FROM_HANDSET = "from_handset"


class State(StrEnum):
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(slots=True)
class Message:
    """`thread` is the sending number: what the handset shows as the other side.

    `biz_id` is the vendor's own reference, `udh` the header of a part as hex, `report_url` where its sender wants to
    hear of it. `long` is what it is a part of.
    """

    id: str
    number: str
    thread: str
    direction: Direction
    text: str
    at: str
    state: State = State.ACCEPTED
    reason: str | None = None
    segments: list[int] = field(default_factory=list)
    sign_name: str = ""
    code: str = "OK"
    client_ref: str | None = None
    biz_id: str | None = None
    template_code: str | None = None
    report: str | None = None
    sequence_id: int | None = None
    in_reply_to: str | None = None
    call: dict[str, Any] | None = None
    provider: str = "aliyun"
    udh: str | None = None
    report_url: str | None = None
    long: "LongText | None" = field(default=None, compare=False, repr=False)

    def facts(self) -> dict[str, Any]:
        """As it stands now. Not `asdict`, which copies the raw call word by word and takes longer than the fsync."""
        return {name: getattr(self, name) for name in NAMES}

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Self:
        known = cls(**facts)
        known.direction, known.state = Direction(known.direction), State(known.state)
        return known

    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


NAMES = tuple(each.name for each in fields(Message) if each.name != "long")


@dataclass(slots=True)
class LongText:
    """A text in several parts, by their numbers from 1; some may not have come yet."""

    total: int
    parts: dict[int, Message] = field(default_factory=dict)

    def first(self) -> Message:
        """The part that came first."""
        return min(self.parts.values(), key=lambda part: int(part.id))

    def text(self) -> str:
        return "".join(self.parts[n].text for n in sorted(self.parts))

    def state(self) -> State:
        states = {part.state for part in self.parts.values()}
        if State.FAILED in states:
            return State.FAILED
        return State.DELIVERED if states == {State.DELIVERED} and len(self.parts) == self.total else State.ACCEPTED


def segments(text: str) -> list[int]:
    """UTF-16 units of each part as a mainland carrier cuts them; a surrogate pair stays whole."""
    widths = [2 if ord(character) > 0xFFFF else 1 for character in text]
    if sum(widths) <= WHOLE_UNITS_MAX:
        return [sum(widths)]
    parts = [0]
    for width in widths:
        if parts[-1] + width > PART_UNITS_MAX:
            parts.append(0)
        parts[-1] += width
    return parts


def vendor_time(moment: datetime) -> str:
    """As the vendor writes it: local, to the second."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
