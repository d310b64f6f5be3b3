"""The three rates of a month, as counts: contacted in time, solved, satisfied. Read from history; the handler's word
never counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.tickets.domain.calendar import Calendar

DEFINITION = "2018-1"
RATED_KINDS = ("complaint", "need")
SMALL = 30


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


@dataclass(frozen=True, slots=True)
class Rates:
    rounds: int
    within: int
    late: int
    never: int
    solved: int
    answered: int
    asked: int
    pending: int
    unanswered: int
    satisfied: int
    answered_with_satisfaction: int

    @property
    def sentence(self) -> str:
        """Below thirty, counts and no percentage; of nothing, a dash."""
        return f"{self.answered} 件中 {self.solved} 件" if self.answered else "–"


def month_of(round_: Round, calendar: Calendar) -> date:
    """A round belongs to exactly one local month: the earlier of its end and its resolve due."""
    moment = min(round_.resolve_due_at, round_.ended_at) if round_.ended_at else round_.resolve_due_at
    return calendar.local_day(moment).replace(day=1)


def rates(rounds: Sequence[Round]) -> Rates:
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
        answered=len(answered),
        asked=len(asked),
        pending=len([each for each in asked if each.solved is None]) - unanswered,
        unanswered=unanswered,
        satisfied=sum(each.satisfaction in ("satisfied", "fairly_satisfied") for each in rated),
        answered_with_satisfaction=len(rated),
    )
