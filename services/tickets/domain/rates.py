"""The three rates: contacted in time, solved, satisfied. Read from history alone; the handler's word never counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.tickets.domain import clock
from services.tickets.domain.calendar import Calendar
from services.tickets.domain.clock import Clock, Clocks
from services.tickets.domain.follow_up import ANSWERS
from services.tickets.domain.interval import SMALL, Interval, wilson
from services.tickets.domain.profile import Origin
from services.tickets.domain.state import Move, State
from services.tickets.domain.ticket import Step

NOT_RATED_ORIGINS = frozenset({Origin.PATROL, Origin.IMPORT})
LEFT_OUT = frozenset({State.DRAFT, State.REJECTED, State.MERGED, State.WITHDRAWN})
GIVING = frozenset({"assign", "transfer"})
TAKING = frozenset({"accept", "hand_over"})
SATISFIED = frozenset({"satisfied", "fairly_satisfied"})
SUPPRESSED_BELOW = 5


@dataclass(frozen=True, slots=True)
class Definition:
    """What is counted and how it is weighed. The weights are configured, not an official formula."""

    version: str = "2018-1"
    weights: tuple[int, int, int] = (1, 1, 1)
    partly_counts_half: bool = False
    kinds: tuple[str, ...] = ("complaint", "need")


@dataclass(frozen=True, slots=True)
class Facts:
    """A ticket as it was known at the moment that is asked about."""

    ticket_id: UUID
    number: str
    community_id: UUID | None
    building_id: UUID | None
    estate_id: UUID | None
    category: str
    class_code: str
    channel: str
    origin: str


@dataclass(frozen=True, slots=True)
class Round:
    """One pass from assignment to answer, with everything the rates ask of it."""

    ticket_id: UUID
    number: str
    round: int
    community_id: UUID | None
    group_id: UUID | None
    contact_due_at: datetime
    resolve_due_at: datetime
    contacted_at: datetime | None
    ended_at: datetime | None
    asked: bool
    solved: str | None
    satisfaction: str | None
    given_up: bool
    handler_id: UUID | None = None
    building_id: UUID | None = None
    estate_id: UUID | None = None
    category: str = ""
    class_code: str = ""
    channel: str = ""
    origin: str = ""
    month: date | None = None
    excluded: str | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """Counts of rounds; every share is made of two of them."""

    rounds: int
    within: int
    late: int
    never: int
    solved: int
    partly: int
    answered: int
    asked: int
    pending: int
    unanswered: int
    satisfied: int
    answered_with_satisfaction: int
    excluded: Mapping[str, int]

    @property
    def sentence(self) -> str:
        """Below thirty, counts and no percentage; of nothing, a dash."""
        return in_words(self.solved, self.answered)


@dataclass(frozen=True, slots=True)
class Share:
    """A rate as it may be shown: no percentage below thirty, a dash of nothing, never 0 % of nothing."""

    hits: float
    of: int
    percent: float | None
    interval: Interval | None
    words: str


def rounds(facts: Facts, steps: Sequence[Step], calendar: Calendar, read: Clocks) -> list[Round]:
    """The rounds of a ticket, from its lines of history in order. A last round that was refused, merged or taken back
    is none. `read` answers the clocks of the newest round of a history."""
    last = steps[-1].round
    counted = last - 1 if steps[-1].state_to in LEFT_OUT else last
    return [_round(facts, steps, number, calendar, read) for number in range(1, counted + 1)]


def _round(facts: Facts, steps: Sequence[Step], number: int, calendar: Calendar, read: Clocks) -> Round:
    until = [step for step in steps if step.round <= number]
    own = [step for step in until if step.round == number]
    following = next((step for step in steps if step.round == number + 1), None)
    class_code = clock.class_code(until) or facts.class_code
    reading = read(until, class_code)
    closing = next((step for step in own if step.state_to is State.CLOSED), None)
    end = closing or following
    solved, satisfaction = _answer(own, following)
    made = Round(
        ticket_id=facts.ticket_id,
        number=facts.number,
        round=number,
        community_id=facts.community_id,
        group_id=_leading(until, number),
        handler_id=_handler(own),
        building_id=facts.building_id,
        estate_id=facts.estate_id,
        category=facts.category,
        class_code=class_code,
        channel=facts.channel,
        origin=facts.origin,
        contact_due_at=reading[Clock.CONTACT].due,
        resolve_due_at=reading[Clock.RESOLVE].due,
        contacted_at=reading[Clock.CONTACT].met_at,
        ended_at=end.at if end else None,
        asked=solved is not None or any(step.move is Move.ASK for step in own),
        solved=solved,
        satisfaction=satisfaction,
        given_up=any(step.move is Move.GIVE_UP for step in own),
    )
    return replace(made, month=month_of(made, calendar))


def _answer(own: Sequence[Step], following: Step | None) -> tuple[str | None, str | None]:
    """What she, or a verifier, said of this round. An answer that opens the next round stands at its head."""
    for step in [*own, *([following] if following else [])]:
        option = str(step.details.get("option"))
        is_answer = step.move in (Move.ANSWER_SOLVED, Move.ANSWER_UNSOLVED)
        if is_answer and (step is following) == (step.move is Move.ANSWER_UNSOLVED) and option in ANSWERS:
            meaning = ANSWERS[option]
            partly = step.reason == "partly" and meaning.solved == "unsolved"
            return ("partly" if partly else meaning.solved), meaning.satisfaction
        if step is not following and step.move.value == "conclude":
            return "unsolved", None
    return None, None


def _leading(until: Sequence[Step], number: int) -> UUID | None:
    """The group assigned first leads until another has accepted; later rounds begin with the one before."""
    lead: UUID | None = None
    given: UUID | None = None
    at_round = 0
    for step in until:
        if step.round != at_round:
            at_round, given = step.round, lead
        if step.move.value in GIVING and step.details.get("group_id"):
            given = UUID(step.details["group_id"])
            lead = lead or given
        elif step.move is Move.ACCEPT:
            lead = given
    return lead


def _handler(own: Sequence[Step]) -> UUID | None:
    named = [step.details["handler_id"] for step in own if step.move.value in TAKING and "handler_id" in step.details]
    return UUID(named[-1]) if named else None


def month_of(round_: Round, calendar: Calendar) -> date:
    """A round belongs to exactly one local month: the earlier of its end and its resolve due."""
    moment = min(round_.resolve_due_at, round_.ended_at) if round_.ended_at else round_.resolve_due_at
    return calendar.local_day(moment).replace(day=1)


def rates(all_rounds: Sequence[Round]) -> Rates:
    """The sums over rounds; what is excluded is counted by reason and nowhere else."""
    rounds = [each for each in all_rounds if each.excluded is None]
    reasons = [each.excluded for each in all_rounds if each.excluded is not None]
    contacted = [each for each in rounds if each.contacted_at is not None]
    within = sum(each.contacted_at <= each.contact_due_at for each in contacted if each.contacted_at)
    answered = [each for each in rounds if each.solved is not None]
    rated = [each for each in answered if each.satisfaction is not None]
    asked = [each for each in rounds if each.asked]
    unanswered = sum(each.given_up for each in rounds)
    return Rates(
        rounds=len(rounds),
        within=within,
        late=len(contacted) - within,
        never=len(rounds) - len(contacted),
        solved=sum(each.solved == "solved" for each in answered),
        partly=sum(each.solved == "partly" for each in answered),
        answered=len(answered),
        asked=len(asked),
        pending=len([each for each in asked if each.solved is None]) - unanswered,
        unanswered=unanswered,
        satisfied=sum(each.satisfaction in SATISFIED for each in rated),
        answered_with_satisfaction=len(rated),
        excluded={reason: reasons.count(reason) for reason in sorted(set(reasons))},
    )


def shares(found: Rates, definition: Definition) -> dict[str, Share]:
    """Response, solved and satisfied rate. Where partly counts half, the solved rate has no interval."""
    half = found.partly / 2 if definition.partly_counts_half else 0
    return {
        "response": _share(found.within, found.rounds),
        "solved": _share(found.solved + half, found.answered, sure=not definition.partly_counts_half),
        "satisfied": _share(found.satisfied, found.answered_with_satisfaction),
    }


def score(parts: Mapping[str, Share], definition: Definition) -> float | None:
    """The three rates by their weights; nothing where one of them is too small to be told in per cent."""
    percents = [parts[name].percent for name in ("response", "solved", "satisfied")]
    known = [percent for percent in percents if percent is not None]
    if len(known) < len(percents):
        return None
    weighed = sum(weight * percent for weight, percent in zip(definition.weights, known, strict=True))
    return round(weighed / sum(definition.weights), 1)


def _share(hits: float, of: int, *, sure: bool = True) -> Share:
    percent = round(100 * hits / of, 1) if of >= SMALL else None
    return Share(hits, of, percent, wilson(int(hits), of) if sure else None, in_words(hits, of))


def in_words(hits: float, of: int) -> str:
    return f"{of} 件中 {hits:g} 件" if of else "–"
