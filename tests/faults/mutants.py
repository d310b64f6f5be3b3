"""Five wrong ways to build the feed, each tempting, each seen to fail by the model in its own way."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.model import Protocol, State, Step, has, members


class EffectApartFromCursor(Protocol):
    """The effect commits in one transaction, the cursor in the next."""

    def apply(self, s: State) -> Iterator[Step]:
        if s.half_done:
            yield "cursor commits", s._replace(cursor=s.hand, hand=0, half_done=False)
        elif s.hand == s.cursor + 1:
            event = s.given[s.hand - 1]
            yield f"effect of {event} commits", s._replace(effects=(*s.effects, event), half_done=True)
        elif s.hand:
            yield f"drop {s.hand}", s._replace(hand=0)


class CursorOnSerial(Protocol):
    """No sequencer: the serial number of the row is the position, so whatever commits late lies below the cursor."""

    def sequence(self, s: State) -> Iterator[Step]:
        yield from ()

    def push(self, s: State) -> Iterator[Step]:
        waiting = [event for event in members(s.committed) if event > s.top]
        if waiting:
            yield f"push {waiting[0]}", self.added(s, waiting[0])

    def pull(self, s: State) -> Iterator[Step]:
        waiting = [event for event in members(s.committed) if event > s.cursor]
        if waiting:
            yield f"pull {waiting[0]}", s._replace(hand=waiting[0])

    def apply(self, s: State) -> Iterator[Step]:
        """Rolled-back transactions leave holes in a serial, so a hole cannot be told from a late commit."""
        if s.hand > s.cursor:
            yield f"apply {s.hand}", s._replace(effects=(*s.effects, s.hand), cursor=s.hand, hand=0)
        elif s.hand:
            yield f"drop {s.hand}", s._replace(hand=0)


class PublishedFlag(Protocol):
    """The usual outbox: push, set a flag, never look back. The stream is the only way to the reader."""

    def push(self, s: State) -> Iterator[Step]:
        unflagged = [at for at in range(1, len(s.given) + 1) if not has(s.flagged, at)]
        if s.pushing:
            yield f"flag {s.pushing}", s._replace(flagged=s.flagged | 1 << s.pushing, pushing=0)
        elif unflagged:
            yield f"push {unflagged[0]}", self.added(s, unflagged[0])._replace(pushing=unflagged[0])

    def pull(self, s: State) -> Iterator[Step]:
        yield from ()


class NoContiguityCheck(Protocol):
    """Anything beyond the cursor is applied."""

    def apply(self, s: State) -> Iterator[Step]:
        if s.hand > s.cursor:
            event = s.given[s.hand - 1]
            yield f"apply {event}", s._replace(effects=(*s.effects, event), cursor=s.hand, hand=0)
        elif s.hand:
            yield f"drop {s.hand}", s._replace(hand=0)


class NoPull(Protocol):
    """Push is all there is, and it starts again from the stream's own high-water mark."""

    def pull(self, s: State) -> Iterator[Step]:
        yield from ()


@dataclass(frozen=True, slots=True)
class WrongVariant:
    protocol: Protocol
    fails: str  # in this way


WRONG_VARIANTS = {
    "effect_apart_from_cursor": WrongVariant(EffectApartFromCursor(), "twice"),
    "cursor_on_serial": WrongVariant(CursorOnSerial(), "stuck"),
    "published_flag": WrongVariant(PublishedFlag(), "stuck"),
    "no_contiguity_check": WrongVariant(NoContiguityCheck(), "skipped"),
    "no_pull": WrongVariant(NoPull(), "stuck"),
}
