"""Which rows of the move table a kind of ticket may use."""

from collections.abc import Mapping
from enum import StrEnum

from services.tickets.domain.state import Move


class Kind(StrEnum):
    COMPLAINT = "complaint"
    NEED = "need"
    IDEA = "idea"
    INQUIRY = "inquiry"
    REPORT = "report"
    PRAISE = "praise"


class Origin(StrEnum):
    RESIDENT = "resident"
    ON_BEHALF = "on_behalf"
    PATROL = "patrol"
    SURVEY = "survey"
    HOT_SPOT = "hot_spot"
    IMPORT = "import"


IDEA_MOVES = frozenset({Move.DELIBERATE, Move.ADOPT, Move.DECLINE})
ASKING_MOVES = frozenset({Move.ASK, Move.GIVE_UP})

BARRED: Mapping[Kind, frozenset[Move]] = {
    Kind.COMPLAINT: IDEA_MOVES,
    Kind.NEED: IDEA_MOVES,
    Kind.IDEA: frozenset(),
    Kind.INQUIRY: IDEA_MOVES,
    Kind.REPORT: IDEA_MOVES,
    Kind.PRAISE: IDEA_MOVES,
}


def barred(kind: Kind, origin: Origin) -> frozenset[Move]:
    """Moves this kind never makes; a patrol finding has nobody to ask, the later check answers for it."""
    return BARRED[kind] | (ASKING_MOVES if origin is Origin.PATROL else frozenset())


RUNS_NO_CLOCK = frozenset({Origin.IMPORT})
COUNTED_AS_COMPLAINT = frozenset({Origin.RESIDENT, Origin.ON_BEHALF, Origin.IMPORT})
