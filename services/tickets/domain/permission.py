"""Who may do what: for each move the relations that allow it, and for each route the roles that may knock at all."""

from collections.abc import Mapping
from enum import StrEnum

from services.tickets.domain.state import Move, State


class Who(StrEnum):
    """How a person stands to one ticket; a role counts only inside its scope."""

    REPORTER = "reporter"
    OPERATOR = "operator"
    MEMBER = "member"
    LEADER = "leader"
    SECRETARY = "secretary"
    HANDLER = "handler"
    VERIFIER = "verifier"
    WATCHER = "watcher"
    FIRST_RECEIVER = "first_receiver"
    AUDITOR = "auditor"
    SYSTEM = "system"


R, O, M, L, S = Who.REPORTER, Who.OPERATOR, Who.MEMBER, Who.LEADER, Who.SECRETARY  # noqa: E741
H, V, Y = Who.HANDLER, Who.VERIFIER, Who.SYSTEM

MOVERS: Mapping[Move, frozenset[Who]] = {
    Move.FILE: frozenset({R, O, M, L, S, Y}),
    Move.CONFIRM: frozenset({O, S, Y}),
    Move.TRIAGE: frozenset({O, L, S}),
    Move.ASSIGN: frozenset({Y, O, S}),
    Move.ACCEPT: frozenset({L, M}),
    Move.RETURN: frozenset({L}),
    Move.RECORD_CONTACT: frozenset({H, L, Who.FIRST_RECEIVER}),
    Move.START: frozenset({H, L}),
    Move.RESOLVE: frozenset({H, L}),
    Move.ASK: frozenset({Y}),
    Move.ANSWER_SOLVED: frozenset({R, V}),
    Move.ANSWER_UNSOLVED: frozenset({R, V}),
    Move.GIVE_UP: frozenset({Y}),
    Move.REOPEN: frozenset({R, O, S, V}),
    Move.REJECT: frozenset({O, S}),
    Move.WITHDRAW: frozenset({R, O}),
    Move.LINK: frozenset({O, L, H, S}),
    Move.UNLINK: frozenset({O, L, H, S}),
    Move.ESCALATE: frozenset({Y}),
    Move.DELIBERATE: frozenset({L, O}),
    Move.ADOPT: frozenset({L, S}),
    Move.DECLINE: frozenset({L, S}),
    Move.HAND_OVER: frozenset({L, Y}),
    Move.TRANSFER: frozenset({S}),
    Move.ADD_COHANDLER: frozenset({L, S}),
    Move.WAIT_FOR_RESIDENT: frozenset({H, L}),
    Move.WAIT_FOR_EXTERNAL: frozenset({H, L}),
    Move.RESUME: frozenset({H, L, Y}),
    Move.ASK_EXTENSION: frozenset({L}),
    Move.EXTEND: frozenset({S}),
    Move.REFUSE_EXTENSION: frozenset({S, Y}),
    Move.RETRACT: frozenset({H, L}),
    Move.NUDGE: frozenset({R}),
    Move.CONCLUDE: frozenset({S}),
    Move.LOOK_BACK: frozenset({V, Y}),
    Move.ACKNOWLEDGE: frozenset({O, L}),
    Move.MERGE: frozenset({O, L}),
    Move.UNMERGE: frozenset({O}),
    Move.SPLIT: frozenset({O, L}),
}


def movers(move: Move, state: State, *, hidden: bool = False) -> frozenset[Who]:
    """Who may make the move from here: the desk answers what is only a question, reaches a hidden reporter for the
    handlers, and takes no part when a refusal is objected to."""
    if move is Move.RESOLVE and state is State.RECEIVED:
        return frozenset({O})
    if move is Move.REOPEN and state is State.REJECTED:
        return frozenset({R, S})
    return MOVERS[move] | ({O} if hidden and move is Move.RECORD_CONTACT else frozenset())


READERS = frozenset({R, O, L, S, H, Who.WATCHER, Who.FIRST_RECEIVER, Who.AUDITOR})
TEXT_READERS = READERS - {Who.AUDITOR}
STAFF = frozenset({O, L, S, H})

EVERYBODY = frozenset({"resident"})
_GROUP = frozenset({"leader", "member"})
_DESK = frozenset({"operator", "secretary"})
_ROLES_OF: Mapping[Who, frozenset[str]] = {
    R: EVERYBODY,
    O: frozenset({"operator"}),
    M: frozenset({"member"}),
    L: frozenset({"leader"}),
    S: frozenset({"secretary"}),
    H: _GROUP,
    V: _GROUP | _DESK,
    Who.FIRST_RECEIVER: frozenset({"leader"}),
    Y: frozenset(),
}


def _knockers(move: Move) -> frozenset[str]:
    return frozenset().union(*(_ROLES_OF[who] for who in MOVERS[move]))


PERMISSIONS: Mapping[str, frozenset[str]] = {
    **{f"tickets.{move.value}": _knockers(move) for move in Move if _knockers(move)},
    "tickets.resolve": _GROUP | {"operator"},
    "tickets.record_contact": _GROUP | {"operator"},
    "tickets.answer": _knockers(Move.ANSWER_SOLVED),
    "tickets.file_for_another": frozenset({"operator", "secretary", "leader", "member", "counsellor"}),
    "tickets.import": frozenset({"secretary"}),
    "tickets.read": EVERYBODY,
    "tickets.list": _DESK | {"leader", "auditor"},
    "tickets.note": EVERYBODY,
    "tickets.me_too": EVERYBODY,
    "tickets.watch": EVERYBODY,
    "tickets.edit": _DESK | {"leader"},
    "tickets.request_task_force": frozenset({"leader"}),
    "tickets.request_help": _DESK | _GROUP,
    "tickets.worklists": _DESK | _GROUP,
    "tickets.rules": _DESK | {"leader", "auditor", "district"},
    "tickets.keep_at_hand": _DESK,
    "tickets.use_at_hand": _DESK | _GROUP,
    "tickets.mediate": frozenset({"leader", "secretary"}),
    "tickets.manage_rules": frozenset({"secretary"}),
    "tickets.figures": _DESK | _GROUP | {"auditor", "district"},
    "tickets.export": frozenset({"secretary"}),
    "imports.manage": frozenset({"secretary"}),
    "open311.keys": frozenset({"secretary", "keeper"}),
    "rates.define": frozenset({"secretary"}),
    "rates.exclude": frozenset({"secretary"}),
    "attachments.upload": EVERYBODY,
    "attachments.upload_document": _DESK | _GROUP,
    "attachments.release": frozenset({"operator"}),
    "attachments.remove": _DESK,
    "tickets.bulk": _DESK | {"leader"},
    "views.save": EVERYBODY,
    "tickets.visit": _DESK | _GROUP,
    "categories.change": frozenset({"secretary"}),
    "clusters.read": _DESK | {"auditor"},
    "clusters.open_parent": frozenset({"operator"}),
    "patrols.plan": frozenset({"leader"}),
    "patrols.read": _DESK | _GROUP | {"auditor"},
    "confidential.file": EVERYBODY,
    "confidential.read": EVERYBODY,
    "confidential.move": EVERYBODY | {"counsellor"},
    "confidential.count": frozenset({"auditor", "district"}),
}
AAL2: frozenset[str] = frozenset({"tickets.export"})
SENSITIVE: frozenset[str] = frozenset({"tickets.export", "confidential.read", "confidential.move"})
