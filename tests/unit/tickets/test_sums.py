"""Trends and rates: counts, and the month each round belongs to."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from services.tickets.domain import rates, trend
from services.tickets.domain.rates import Round
from services.tickets.domain.trend import Counted
from tests.unit.tickets.builders import NOW, a_calendar, local


def test_a_month_without_complaints_is_a_nought_and_not_a_gap() -> None:
    series = trend.series(
        date(2018, 11, 1), date(2019, 2, 1), {date(2018, 11, 1): Counted(7), date(2019, 2, 1): Counted(1)}
    )
    assert [each.complaints for each in series] == [7, 0, 0, 1]
    assert trend.sentence(series) == "7 件 → 1 件"
    assert trend.sentence([]) == "–"


def a_rated(**changes: object) -> Round:
    plain: dict[str, object] = {
        "ticket_id": uuid4(),
        "number": "x",
        "round": 1,
        "community_id": uuid4(),
        "group_id": uuid4(),
        "contact_due_at": NOW,
        "resolve_due_at": NOW,
        "contacted_at": NOW,
        "ended_at": None,
        "asked": True,
        "solved": None,
        "satisfaction": None,
        "given_up": False,
    }
    return Round(**(plain | changes))  # type: ignore[arg-type]


def test_the_three_rates_are_counts_of_rounds() -> None:
    found = rates.rates(
        [
            a_rated(solved="solved", satisfaction="satisfied"),
            a_rated(solved="solved", satisfaction="dissatisfied"),
            a_rated(solved="unsolved", contacted_at=NOW + timedelta(minutes=1)),
            a_rated(solved="partly"),
            a_rated(given_up=True, contacted_at=None),
            a_rated(),
            a_rated(asked=False),
        ]
    )
    assert (found.rounds, found.within, found.late, found.never) == (7, 5, 1, 1)
    assert (found.solved, found.answered, found.asked) == (2, 4, 6)
    assert (found.pending, found.unanswered) == (1, 1)
    assert (found.satisfied, found.answered_with_satisfaction) == (1, 2)
    assert found.sentence == "4 件中 2 件"
    assert rates.rates([]).sentence == "–"


def test_a_round_belongs_to_the_month_of_its_end_or_its_due_whichever_is_earlier() -> None:
    due = local("2018-10-03T18:00")
    early = a_rated(resolve_due_at=due, ended_at=local("2018-09-30T23:59"))
    late = a_rated(resolve_due_at=due, ended_at=local("2018-11-02T10:00"))
    months = [rates.month_of(each, a_calendar()) for each in (early, late, a_rated(resolve_due_at=due))]
    assert months == [date(2018, 9, 1), date(2018, 10, 1), date(2018, 10, 1)]


def test_a_midnight_in_utc_is_not_a_midnight_here() -> None:
    at = datetime(2018, 9, 30, 16, 30, tzinfo=UTC)
    assert rates.month_of(a_rated(resolve_due_at=at), a_calendar()) == date(2018, 10, 1)
