"""The states of a ticket and the one table of its moves: what is not in the table cannot happen."""

from collections.abc import Mapping
from enum import StrEnum

from chassis.refused import Refused


class State(StrEnum):
    DRAFT = "draft"
    RECEIVED = "received"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    DELIBERATING = "deliberating"
    ADOPTED = "adopted"
    WAITING_RESIDENT = "waiting_resident"
    WAITING_EXTERNAL = "waiting_external"
    RESOLVED = "resolved"
    FOLLOWING_UP = "following_up"
    CLOSED = "closed"
    REJECTED = "rejected"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class StateType(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    AWAITING = "awaiting"
    CLOSED = "closed"


class Move(StrEnum):
    FILE = "file"
    CONFIRM = "confirm"
    TRIAGE = "triage"
    ASSIGN = "assign"
    ACCEPT = "accept"
    RETURN = "return"
    RECORD_CONTACT = "record_contact"
    START = "start"
    RESOLVE = "resolve"
    ASK = "ask"
    ANSWER_SOLVED = "answer_solved"
    ANSWER_UNSOLVED = "answer_unsolved"
    GIVE_UP = "give_up"
    REOPEN = "reopen"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    LINK = "link"
    UNLINK = "unlink"
    ESCALATE = "escalate"
    DELIBERATE = "deliberate"
    ADOPT = "adopt"
    DECLINE = "decline"
    HAND_OVER = "hand_over"
    TRANSFER = "transfer"
    ADD_COHANDLER = "add_cohandler"
    WAIT_FOR_RESIDENT = "wait_for_resident"
    WAIT_FOR_EXTERNAL = "wait_for_external"
    RESUME = "resume"
    ASK_EXTENSION = "ask_extension"
    EXTEND = "extend"
    REFUSE_EXTENSION = "refuse_extension"
    RETRACT = "retract"
    NUDGE = "nudge"
    CONCLUDE = "conclude"
    LOOK_BACK = "look_back"
    ACKNOWLEDGE = "acknowledge"
    MERGE = "merge"
    UNMERGE = "unmerge"
    SPLIT = "split"


S, M = State, Move

STATE_TYPES: Mapping[State, StateType] = {
    S.DRAFT: StateType.OPEN,
    S.RECEIVED: StateType.OPEN,
    S.ASSIGNED: StateType.OPEN,
    S.ACCEPTED: StateType.OPEN,
    S.IN_PROGRESS: StateType.OPEN,
    S.DELIBERATING: StateType.OPEN,
    S.ADOPTED: StateType.OPEN,
    S.WAITING_RESIDENT: StateType.PAUSED,
    S.WAITING_EXTERNAL: StateType.PAUSED,
    S.RESOLVED: StateType.AWAITING,
    S.FOLLOWING_UP: StateType.AWAITING,
    S.CLOSED: StateType.CLOSED,
    S.REJECTED: StateType.CLOSED,
    S.MERGED: StateType.CLOSED,
    S.WITHDRAWN: StateType.CLOSED,
}

WAITING = frozenset({S.WAITING_RESIDENT, S.WAITING_EXTERNAL})
WORK = WAITING | {S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS}
LIVE = WORK | {S.RECEIVED, S.DELIBERATING, S.ADOPTED}
UNFINISHED = LIVE | {S.DRAFT}
AWAITING = frozenset({S.RESOLVED, S.FOLLOWING_UP})

# A move that is written into the history and leaves the state as it is.
STAYS: Mapping[Move, frozenset[State]] = {
    M.TRIAGE: UNFINISHED,
    M.RECORD_CONTACT: WORK,
    M.LINK: frozenset(S),
    M.UNLINK: frozenset(S),
    M.ESCALATE: UNFINISHED,
    M.HAND_OVER: WORK - {S.ASSIGNED},
    M.ADD_COHANDLER: WORK,
    M.ASK_EXTENSION: WORK | {S.DELIBERATING},
    M.EXTEND: WORK | {S.DELIBERATING},
    M.REFUSE_EXTENSION: WORK | {S.DELIBERATING},
    M.NUDGE: UNFINISHED,
    M.LOOK_BACK: frozenset({S.CLOSED}),
    M.SPLIT: LIVE,
}

_WAITED: Mapping[Move, State] = {
    M.RESUME: S.IN_PROGRESS,
    M.TRANSFER: S.ASSIGNED,
    M.CONCLUDE: S.CLOSED,
    M.WITHDRAW: S.WITHDRAWN,
}
GOES: Mapping[State, Mapping[Move, State]] = {
    S.DRAFT: {M.CONFIRM: S.RECEIVED, M.REJECT: S.REJECTED, M.WITHDRAW: S.WITHDRAWN},
    S.RECEIVED: {
        M.ASSIGN: S.ASSIGNED,
        M.RESOLVE: S.RESOLVED,
        M.ACKNOWLEDGE: S.CLOSED,
        M.DELIBERATE: S.DELIBERATING,
        M.REJECT: S.REJECTED,
        M.WITHDRAW: S.WITHDRAWN,
    },
    S.ASSIGNED: {
        M.ASSIGN: S.ASSIGNED,
        M.TRANSFER: S.ASSIGNED,
        M.CONCLUDE: S.CLOSED,
        M.ACKNOWLEDGE: S.CLOSED,
        M.ACCEPT: S.ACCEPTED,
        M.RETURN: S.RECEIVED,
        M.DELIBERATE: S.DELIBERATING,
        M.REJECT: S.REJECTED,
        M.WITHDRAW: S.WITHDRAWN,
    },
    S.ACCEPTED: {
        M.START: S.IN_PROGRESS,
        M.RETURN: S.RECEIVED,
        M.RESOLVE: S.RESOLVED,
        M.TRANSFER: S.ASSIGNED,
        M.CONCLUDE: S.CLOSED,
        M.DELIBERATE: S.DELIBERATING,
        M.WITHDRAW: S.WITHDRAWN,
    },
    S.IN_PROGRESS: {
        M.WAIT_FOR_RESIDENT: S.WAITING_RESIDENT,
        M.WAIT_FOR_EXTERNAL: S.WAITING_EXTERNAL,
        M.RESOLVE: S.RESOLVED,
        M.TRANSFER: S.ASSIGNED,
        M.CONCLUDE: S.CLOSED,
        M.WITHDRAW: S.WITHDRAWN,
    },
    S.WAITING_RESIDENT: _WAITED,
    S.WAITING_EXTERNAL: _WAITED,
    S.DELIBERATING: {M.ADOPT: S.ADOPTED, M.DECLINE: S.CLOSED, M.WITHDRAW: S.WITHDRAWN},
    S.ADOPTED: {M.RESOLVE: S.RESOLVED, M.WITHDRAW: S.WITHDRAWN},
    S.RESOLVED: {
        M.ASK: S.FOLLOWING_UP,
        M.RETRACT: S.IN_PROGRESS,
        M.ANSWER_SOLVED: S.CLOSED,
        M.ANSWER_UNSOLVED: S.ASSIGNED,
        M.REOPEN: S.ASSIGNED,
    },
    S.FOLLOWING_UP: {
        M.ANSWER_SOLVED: S.CLOSED,
        M.ANSWER_UNSOLVED: S.ASSIGNED,
        M.GIVE_UP: S.CLOSED,
        M.CONCLUDE: S.CLOSED,
        M.REOPEN: S.ASSIGNED,
    },
    S.CLOSED: {M.REOPEN: S.ASSIGNED},
    S.REJECTED: {M.REOPEN: S.RECEIVED},
    S.MERGED: {M.UNMERGE: S.RECEIVED},
    S.WITHDRAWN: {},
}


def _row(state: State) -> Mapping[Move, State]:
    stays = {move: state for move, states in STAYS.items() if state in states}
    merges = {M.MERGE: S.MERGED} if state in UNFINISHED else {}
    return {**stays, **GOES[state], **merges}


MOVES: Mapping[State, Mapping[Move, State]] = {state: _row(state) for state in State}


def possible(state: State, barred: frozenset[Move] = frozenset()) -> list[Move]:
    """The moves that lead on from here, in the order of the glossary."""
    return [move for move in Move if move in MOVES[state] and move not in barred]


def target(state: State, move: Move, barred: frozenset[Move] = frozenset()) -> State:
    """Where the move leads; refused when the table has no such row."""
    if move in barred or move not in MOVES[state]:
        raise Refused(
            f"cannot_{move.value}_when_{state.value}",
            possible_moves=[possible_move.value for possible_move in possible(state, barred)],
        )
    return MOVES[state][move]
