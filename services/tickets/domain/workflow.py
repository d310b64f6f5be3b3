"""The complaint workflow of eGov DIGIT, read as a profile: which rows of our table its own rows are, and which rows of
it ours cannot say. Its form is that of `BusinessServices` in DIGIT's workflow configuration (DIGIT-OSS,
Citizen-Complaint-Resolution-System); what it tells and asks beside its rows (notifications, uploads) is left unread."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chassis.refused import Refused
from services.tickets.domain.permission import MOVERS, Who
from services.tickets.domain.profile import Profile
from services.tickets.domain.state import MOVES, STAYS, Move, State

STATES: Mapping[str, frozenset[State]] = {
    "PENDINGFORASSIGNMENT": frozenset({State.RECEIVED}),
    "PENDINGFORREASSIGNMENT": frozenset({State.RECEIVED}),
    "PENDINGATLME": frozenset({State.ASSIGNED, State.ACCEPTED, State.IN_PROGRESS}),
    "PENDINGATSUPERVISOR": frozenset({State.ASSIGNED, State.ACCEPTED, State.IN_PROGRESS}),
    "RESOLVED": frozenset({State.RESOLVED, State.FOLLOWING_UP}),
    "RESOLVEDBYSUPERVISOR": frozenset({State.RESOLVED, State.FOLLOWING_UP}),
    "REJECTED": frozenset({State.REJECTED}),
    "CLOSEDAFTERREJECTION": frozenset({State.REJECTED}),
    "CLOSEDAFTERRESOLUTION": frozenset({State.CLOSED}),
    "CANCELLED": frozenset({State.WITHDRAWN}),
}
ACTIONS: Mapping[str, Move] = {
    "APPLY": Move.FILE,
    "ASSIGN": Move.ASSIGN,
    "ASSIGNEDBYAUTOESCALATION": Move.ASSIGN,
    "REASSIGN": Move.RETURN,
    "REJECT": Move.REJECT,
    "ESCALATE": Move.ESCALATE,
    "FORWARD": Move.ESCALATE,
    "RESOLVE": Move.RESOLVE,
    "RESOLVEBYSUPERVISOR": Move.RESOLVE,
    "RATE": Move.ANSWER_SOLVED,
    "REOPEN": Move.REOPEN,
}
# Words on a case move nothing with us: they are notes, which anybody who may read the case may write.
NOTES = frozenset({"COMMENT"})
ROLES: Mapping[str, frozenset[Who]] = {
    "CITIZEN": frozenset({Who.REPORTER}),
    "CSR": frozenset({Who.OPERATOR}),
    "CFC": frozenset({Who.OPERATOR, Who.VERIFIER}),
    "GRO": frozenset({Who.OPERATOR, Who.SECRETARY}),
    "DGRO": frozenset({Who.OPERATOR, Who.SECRETARY}),
    "PGR_LME": frozenset({Who.HANDLER, Who.LEADER}),
    "SUPERVISOR": frozenset({Who.LEADER}),
    "AUTO_ESCALATE": frozenset({Who.SYSTEM}),
    "SYSTEM": frozenset({Who.SYSTEM}),
}


class Why(StrEnum):
    """Why one of its rows is not wholly a row of ours."""

    STATE_UNKNOWN = "state_unknown"
    ACTION_UNKNOWN = "action_unknown"
    NO_SUCH_MOVE = "no_such_move"
    LEADS_ELSEWHERE = "leads_elsewhere"
    NOT_FOR_THIS_ROLE = "not_for_this_role"
    LIMIT_OF_A_STATE = "limit_of_a_state"


@dataclass(frozen=True, slots=True)
class Gap:
    state: str
    action: str
    why: Why
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of its table; the state before filing has no name."""

    state: str
    action: str
    to: str
    roles: tuple[str, ...]

    @property
    def starts(self) -> frozenset[State]:
        """Our states from which this is a row of ours."""
        return frozenset(state for state in STATES.get(self.state, ()) if ACTIONS[self.action] in MOVES[state])


@dataclass(frozen=True, slots=True)
class Workflow:
    name: str
    profile: Profile
    gaps: tuple[Gap, ...]


def read_workflow(document: Mapping[str, Any]) -> Workflow:
    """Its first service. Every row of it is in the profile or among the gaps; one that leads elsewhere is in both."""
    try:
        service = document["BusinessServices"][0]
        states = [(each["state"] or "", each.get("sla")) for each in service["states"]]
        rows = list(_rows(service))
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise Refused("workflow_unreadable", status=422) from error
    gaps = [gap for row in rows for gap in _gaps(row)]
    gaps += [Gap(state, "", Why.LIMIT_OF_A_STATE, f"{sla} ms") for state, sla in states if sla]
    return Workflow(str(service["businessService"]), Profile(_allowed(rows)), tuple(gaps))


def _rows(service: Mapping[str, Any]) -> Iterator[Row]:
    for state in service["states"]:
        for each in state.get("actions") or ():
            if each.get("active", True):
                yield Row(state["state"] or "", each["action"], each["nextState"], tuple(each["roles"]))


def _gaps(row: Row) -> Iterator[Gap]:
    if row.action in NOTES:
        return
    unknown = [name for name in (row.state, row.to) if name and name not in STATES]
    if unknown or row.action not in ACTIONS:
        why = Why.STATE_UNKNOWN if unknown else Why.ACTION_UNKNOWN
        yield Gap(row.state, row.action, why, ", ".join(unknown))
        return
    move = ACTIONS[row.action]
    led = {MOVES[start][move] for start in row.starts} if move is not Move.FILE else {State.RECEIVED}
    if not led:
        yield Gap(row.state, row.action, Why.NO_SUCH_MOVE)
    elif not led <= STATES[row.to]:
        yield Gap(row.state, row.action, Why.LEADS_ELSEWHERE, f"{', '.join(sorted(led))}, not {row.to}")
    for role in row.roles if led else ():
        if not ROLES.get(role, frozenset()) & MOVERS[move]:
            yield Gap(row.state, row.action, Why.NOT_FOR_THIS_ROLE, role)


def _allowed(rows: list[Row]) -> Mapping[State, frozenset[Move]]:
    """Its own rows; the steps between our states that are one state to it; and what moves no state."""
    known = [row for row in rows if row.action in ACTIONS and row.state in STATES]
    inside = frozenset(state for row in rows for name in (row.state, row.to) for state in STATES.get(name, ()))
    return {
        state: frozenset(
            move for move in MOVES[state] if (move in STAYS and state in inside) or _is_allowed(state, move, known)
        )
        for state in State
    }


def _is_allowed(state: State, move: Move, rows: list[Row]) -> bool:
    if any(ACTIONS[row.action] is move and state in STATES[row.state] for row in rows):
        return True
    to = MOVES[state][move]
    return to is not state and any({state, to} <= together for together in STATES.values())
