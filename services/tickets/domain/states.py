"""The page about the states of a ticket, written from the tables."""

from services.tickets.domain.permission import MOVERS
from services.tickets.domain.profile import BARRED
from services.tickets.domain.state import MOVES, STATE_TYPES, STAYS, Move, State

CHINESE = {
    State.DRAFT: "待确认",
    State.RECEIVED: "待分派",
    State.ASSIGNED: "已分派",
    State.ACCEPTED: "已接单",
    State.IN_PROGRESS: "办理中",
    State.DELIBERATING: "商议中",
    State.ADOPTED: "已采纳",
    State.WAITING_RESIDENT: "等居民",
    State.WAITING_EXTERNAL: "等外部",
    State.RESOLVED: "已办待访",
    State.FOLLOWING_UP: "回访中",
    State.CLOSED: "已结案",
    State.REJECTED: "不受理",
    State.MERGED: "已合并",
    State.WITHDRAWN: "已撤回",
}


def markdown() -> str:
    """The whole page."""
    return "\n".join(
        [
            "# States of a ticket",
            "",
            "Generated from `services/tickets/domain/state.py`. What is not here cannot happen.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *_arrows(),
            "```",
            "",
            *_states(),
            "",
            *_moves(),
            "",
            *_profiles(),
            "",
        ]
    )


def _arrows() -> list[str]:
    lines = ["    [*] --> draft: file", "    [*] --> received: file"]
    for state, row in MOVES.items():
        lines += [f"    {state} --> {to}: {move}" for move, to in row.items() if to is not state]
    return lines


def _states() -> list[str]:
    rows = [f"| {state} | {CHINESE[state]} | {STATE_TYPES[state]} |" for state in State]
    return ["| state | 中文 | type |", "|---|---|---|", *rows]


def _moves() -> list[str]:
    rows = []
    for move in Move:
        who = ", ".join(sorted(who.value for who in MOVERS[move]))
        rows.append(f"| {move} | {_ways(move)} | {who} |")
    return ["| move | from → to | who |", "|---|---|---|", *rows]


def _ways(move: Move) -> str:
    if move in STAYS:
        return "stays: " + ", ".join(state for state in State if move in MOVES[state])
    return "; ".join(f"{state} → {row[move]}" for state, row in MOVES.items() if move in row) or "–"


def _profiles() -> list[str]:
    rows = [f"| {kind} | {', '.join(sorted(moves)) or '–'} |" for kind, moves in BARRED.items()]
    return ["| kind | never |", "|---|---|", *rows]
