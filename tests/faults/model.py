"""The feed protocol as a small state machine, explored whole.

One lane, four events of two aggregates, one sequencer, one pusher, one reader. Between any two steps a process may
crash and Redis may do what it likes: lose everything, lose its tail, trim, repeat, reorder. In every reachable state
the promises must hold (safe), and from every reachable state the protocol's own steps, without any fault, must still
be able to bring all four effects about (it can always finish).
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

EVENTS = 4
ALL = range(1, EVENTS + 1)


class State(NamedTuple):
    """What survives a crash, and what each process holds in memory."""

    drawn: int = 0  # ordinals drawn so far
    committed: int = 0  # bit set of ordinals whose transaction has committed
    given: tuple[int, ...] = ()  # given[p - 1] is the event at position p
    reading: tuple[int, ...] = ()  # what the sequencer has read under its lock and not committed yet
    stream: int = 0  # bit set of the positions Redis holds
    top: int = 0  # the stream's last-generated-id
    pushing: int = 0  # the position the pusher writes next; 0: it looks at the stream first
    hand: int = 0  # the position the reader has fetched and not applied yet
    cursor: int = 0
    effects: tuple[int, ...] = ()
    flagged: int = 0  # only the variants use the last two
    half_done: bool = False


Step = tuple[str, State]


def has(bits: int, number: int) -> bool:
    return bool(bits >> number & 1)


def members(bits: int) -> list[int]:
    return [number for number in ALL if has(bits, number)]


class Protocol:
    """The steps of the feed as built. A wrong variant replaces one of them."""

    def steps(self, s: State) -> Iterator[Step]:
        yield from self.write(s)
        yield from self.sequence(s)
        yield from self.push(s)
        yield from self.fetch(s)
        yield from self.apply(s)

    def faults(self, s: State) -> Iterator[Step]:
        yield from self.crash(s)
        yield from self.lose(s)
        for position in members(s.stream):  # Redis repeats and reorders at will
            if not s.hand:
                yield f"deliver {position} again", s._replace(hand=position)

    def write(self, s: State) -> Iterator[Step]:
        """Draw ordinals in order and commit in any order; but one aggregate's writers wait for each other's row."""
        event = s.drawn + 1
        if event <= EVENTS and (event <= 2 or has(s.committed, event - 2)):
            yield f"draw {event}", s._replace(drawn=event)
        for drawn in range(1, s.drawn + 1):
            if not has(s.committed, drawn):
                yield f"commit {drawn}", s._replace(committed=s.committed | 1 << drawn)

    def sequence(self, s: State) -> Iterator[Step]:
        waiting = tuple(event for event in members(s.committed) if event not in s.given)
        if not s.reading and waiting:
            yield "sequencer reads", s._replace(reading=waiting)
        if s.reading:
            yield "sequencer commits", s._replace(given=s.given + s.reading, reading=())

    def push(self, s: State) -> Iterator[Step]:
        if not s.pushing and s.top < len(s.given):
            yield "pusher looks", s._replace(pushing=s.top + 1)
        if s.pushing:
            yield f"push {s.pushing}", self.added(s, s.pushing)._replace(pushing=self.after_push(s))

    def after_push(self, s: State) -> int:
        return s.pushing + 1 if s.pushing < len(s.given) else 0

    def added(self, s: State, position: int) -> State:
        """XADD with an explicit id: refused as already there unless it is above the top."""
        if position <= s.top:
            return s
        return s._replace(stream=s.stream | 1 << position, top=position)

    def fetch(self, s: State) -> Iterator[Step]:
        if s.hand:
            return
        beyond = [position for position in members(s.stream) if position > s.cursor]
        if beyond:
            yield f"read {beyond[0]}", s._replace(hand=beyond[0])
        yield from self.pull(s)

    def pull(self, s: State) -> Iterator[Step]:
        if s.cursor < len(s.given):
            yield f"pull {s.cursor + 1}", s._replace(hand=s.cursor + 1)

    def apply(self, s: State) -> Iterator[Step]:
        """Effect and cursor commit together; what is not the very next position is dropped."""
        if s.hand == s.cursor + 1:
            event = s.given[s.hand - 1]
            yield f"apply {event}", s._replace(effects=(*s.effects, event), cursor=s.hand, hand=0)
        elif s.hand:
            yield f"drop {s.hand}", s._replace(hand=0)

    def crash(self, s: State) -> Iterator[Step]:
        if s.reading:
            yield "sequencer dies", s._replace(reading=())
        if s.pushing:
            yield "pusher dies", s._replace(pushing=0)
        if s.hand:
            yield "reader dies", s._replace(hand=0, half_done=False)

    def lose(self, s: State) -> Iterator[Step]:
        for top in range(s.top):
            what = f"Redis loses all beyond {top}" if top else "Redis is flushed"
            yield what, s._replace(stream=s.stream & (1 << top + 1) - 1, top=top)
        if s.stream:
            yield "Redis trims", s._replace(stream=s.stream & s.stream - 1)

    def finished(self, s: State) -> bool:
        return sorted(s.effects) == list(ALL)


def broken_promise(s: State) -> str:
    """'twice' or 'skipped', or nothing where all is well."""
    if len(set(s.effects)) < len(s.effects):
        return "twice"
    for first in (1, 2):
        of_aggregate = [event for event in s.effects if event % 2 == first % 2]
        if of_aggregate != list(range(first, EVENTS + 1, 2))[: len(of_aggregate)]:
            return "skipped"
    return ""


@dataclass
class Explored:
    """Every reachable state, how each was first reached, and what went wrong where."""

    came_from: dict[State, tuple[State | None, str]] = field(default_factory=dict)
    failures: dict[str, State] = field(default_factory=dict)

    def story(self, kind: str) -> list[str]:
        """The steps of a shortest way to the first state that failed in this way."""
        state: State | None = self.failures[kind]
        told: list[str] = []
        while state is not None:
            state, step = self.came_from[state]
            told.append(step)
        return told[-2::-1]


def explore(protocol: Protocol) -> Explored:
    """Breadth first through all interleavings; then back from the finished states along fault-free steps."""
    found = Explored({State(): (None, "")})
    leads_back: dict[State, list[State]] = {}
    queue = deque([State()])
    while queue:
        state = queue.popleft()
        if kind := broken_promise(state):
            found.failures.setdefault(kind, state)
            continue
        for fault_free, moves in ((True, protocol.steps(state)), (False, protocol.faults(state))):
            for step, following in moves:
                if fault_free:
                    leads_back.setdefault(following, []).append(state)
                if following not in found.came_from:
                    found.came_from[following] = (state, step)
                    queue.append(following)
    note_stuck(protocol, found, leads_back)
    return found


def note_stuck(protocol: Protocol, found: Explored, leads_back: dict[State, list[State]]) -> None:
    can_finish = {state for state in found.came_from if protocol.finished(state) and not broken_promise(state)}
    queue = deque(can_finish)
    while queue:
        for before in leads_back.get(queue.popleft(), []):
            if before not in can_finish:
                can_finish.add(before)
                queue.append(before)
    for state in found.came_from:
        if state not in can_finish and not broken_promise(state):
            found.failures.setdefault("stuck", state)
            return
