"""Figures as announced: a month that is closed, a report that stands, an import that is through."""

from typing import Any, ClassVar
from uuid import UUID

from services.tickets.events.base import SOME, Example


class TrendClosed(Example, type="tickets.trend_closed.v1"):
    """A month is over; so many complaints were filed in this community."""

    month: str
    complaints: int
    EXAMPLE: ClassVar[dict[str, Any]] = {"month": "2018-08", "complaints": 7}


class RateReportPublished(Example, type="tickets.rate_report_published.v1"):
    """The rates of a month stand in a report that will not change."""

    report_id: UUID
    EXAMPLE: ClassVar[dict[str, Any]] = {"report_id": SOME}


class ImportFinished(Example, type="tickets.import_finished.v1"):
    """Every row of a file is a ticket, a duplicate or an error."""

    rows: int
    made: int
    duplicates: int
    failed: int
    flagged: int
    EXAMPLE: ClassVar[dict[str, Any]] = {"rows": 500, "made": 490, "duplicates": 7, "failed": 3, "flagged": 41}
