"""The rates once more, written from the page and sharing no code with the first: one pass over plain rows."""

from collections import Counter
from datetime import datetime
from typing import Any

from tests.unit.tickets.oracle import CHONGQING, Oracle

SAID = {
    "solved_satisfied": ("yes", "happy"),
    "solved_mostly": ("yes", "happy"),
    "solved_dissatisfied": ("yes", "unhappy"),
    "unsolved": ("no", None),
}


def month_sums(tickets: list[dict[str, Any]], year_month: str, as_of: datetime, oracle: Oracle) -> Counter[str]:
    """Every round of this month as known then."""
    sums: Counter[str] = Counter()
    for ticket in tickets:
        rows = [row for row in ticket["rows"] if row["recorded_at"] <= as_of]
        if not rows or ticket["kind"] not in ("complaint", "need") or ticket["origin"] == "patrol":
            continue
        by_round: dict[int, list[dict[str, Any]]] = {}
        for row in rows:
            by_round.setdefault(row["round"], []).append(row)
        for number, own in by_round.items():
            nxt = by_round.get(number + 1, [])
            if not nxt and rows[-1]["to"] in ("rejected", "withdrawn", "merged", "draft"):
                continue
            _add(sums, ticket, number, own, nxt, year_month, oracle)
    return sums


def _add(
    sums: Counter[str],
    ticket: dict[str, Any],
    number: int,
    own: list[dict[str, Any]],
    nxt: list[dict[str, Any]],
    year_month: str,
    oracle: Oracle,
) -> None:
    if number == 1:
        given = [row["at"] for row in own if row["move"] == "assign"]
        start = oracle.start(own[0]["at"], given[0] if given else None, ticket["class"])
    else:
        start = own[0]["at"]
    contact_due = oracle.due(start, ticket["class"], "contact")
    resolve_due = oracle.due(start, ticket["class"], "resolve")
    ends = [row["at"] for row in own if row["to"] == "closed"] + [row["at"] for row in nxt[:1]]
    belongs = min([resolve_due, *ends[:1]]).astimezone(CHONGQING)
    if belongs.strftime("%Y-%m") != year_month:
        return
    sums["rounds"] += 1
    contacts = [row["at"] for row in own if row["move"] == "record_contact" and row["details"].get("counts", True)]
    sums["never" if not contacts else "within" if contacts[0] <= contact_due else "late"] += 1
    answers = [row for row in own if row["move"] == "answer_solved"]
    answers += [row for row in nxt[:1] if row["move"] == "answer_unsolved"]
    asked = any(row["move"] == "ask" for row in own)
    if answers:
        solved, mood = SAID[answers[0]["details"]["option"]]
        sums["answered"] += 1
        sums["solved"] += solved == "yes"
        sums["rated"] += mood is not None
        sums["satisfied"] += mood == "happy"
    sums["asked"] += asked or bool(answers)
    sums["unanswered"] += any(row["move"] == "give_up" for row in own)
