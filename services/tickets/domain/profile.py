"""Which rows of the move table a kind of ticket may use."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.tickets.domain.state import Move, State


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
WORKING_MOVES = frozenset(
    {
        Move.ACCEPT,
        Move.HAND_OVER,
        Move.TRANSFER,
        Move.ADD_COHANDLER,
        Move.RECORD_CONTACT,
        Move.START,
        Move.WAIT_FOR_RESIDENT,
        Move.WAIT_FOR_EXTERNAL,
        Move.RESUME,
        Move.ASK_EXTENSION,
        Move.EXTEND,
        Move.REFUSE_EXTENSION,
        Move.RESOLVE,
        Move.CONCLUDE,
        Move.NUDGE,
    }
)
_ORDINARY = IDEA_MOVES | {Move.ACKNOWLEDGE}

BARRED: Mapping[Kind, frozenset[Move]] = {
    Kind.COMPLAINT: _ORDINARY,
    Kind.NEED: _ORDINARY,
    Kind.IDEA: frozenset({Move.ACKNOWLEDGE}),
    Kind.INQUIRY: _ORDINARY,
    Kind.REPORT: _ORDINARY,
    Kind.PRAISE: IDEA_MOVES | ASKING_MOVES | WORKING_MOVES,
}
# The desk answers what is only a question; everything else is resolved by those who work on it.
ANSWERED_AT_THE_DESK = frozenset({Kind.INQUIRY})


@dataclass(frozen=True, slots=True)
class Profile:
    """The rows of the table that a way of working uses, by state."""

    rows: Mapping[State, frozenset[Move]]

    def barred(self, state: State) -> frozenset[Move]:
        """Moves that are never made from here."""
        return frozenset(Move) - self.rows.get(state, frozenset())


def barred(kind: Kind, origin: Origin, state: State) -> frozenset[Move]:
    """Moves this kind never makes; a patrol finding has nobody to ask, the later check answers for it."""
    asking = ASKING_MOVES if origin is Origin.PATROL else frozenset()
    at_the_desk = state is State.RECEIVED and kind not in ANSWERED_AT_THE_DESK
    return BARRED[kind] | asking | (frozenset({Move.RESOLVE}) if at_the_desk else frozenset())


RUNS_NO_CLOCK = frozenset({Origin.IMPORT})
COUNTED_AS_COMPLAINT = frozenset({Origin.RESIDENT, Origin.ON_BEHALF, Origin.IMPORT})
