"""The forms of the moves tickets offers: which fields each takes. Which moves there are, tickets tells (`actions`)."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

REASONS: Mapping[str, Sequence[str]] = {
    "return": ("not_our_task", "not_our_place", "conflict_of_interest", "no_capacity", "duplicate", "lacks_information",
               "not_stated"),
    "reject": ("not_ours", "not_a_matter", "duplicate", "unclear", "abuse", "spam", "test"),
    "answer": ("nobody_contacted", "partly", "again", "attitude", "slow", "other"),
}  # fmt: skip
ANSWERS = ("solved_satisfied", "solved_mostly", "solved_dissatisfied", "unsolved")
LINKS = ("related", "duplicate_of", "caused_by", "follows_up", "idea_for", "child_of")
PURPOSES = ("patrol", "repair", "visit", "clean_up", "other")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a move's form."""

    name: str
    kind: str  # text | area | choice | select | group | member | category | number | ticket
    options: tuple[str, ...] = ()
    words: str = ""  # the sort of the options' words
    required: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A move's form. The more usual a move is, the earlier it stands."""

    name: str
    fields: tuple[Field, ...] = ()
    tone: str = ""
    unless_in: tuple[str, ...] = ()  # states in which a primary move is possible, yet not what is waited for

    def expected_in(self, state: str) -> bool:
        return self.tone == "primary" and state not in self.unless_in


TABLE: tuple[Move, ...] = (
    Move("confirm", (Field("category", "category"),), "primary"),
    Move("assign", (Field("group_id", "group", required=True), Field("reason", "text")), "primary",
         unless_in=("assigned", "accepted", "in_progress")),
    Move("accept", (Field("handler_id", "member"),), "primary"),
    Move("start", (), "primary"),
    Move("record_contact", (Field("result", "choice", ("reached", "attempt"), "contact", True), Field("note", "area"))),
    Move("resolve", (Field("result", "area", required=True),), "primary"),
    Move("answer", (Field("answer", "choice", ANSWERS, "answer", True),
                    Field("reason", "select", tuple(REASONS["answer"]), "reason"), Field("words", "area"))),
    Move("adopt", (Field("extent", "choice", ("fully", "partly"), "extent", True),
                   Field("reason", "area", required=True))),
    Move("decline", (Field("reason", "area", required=True),)),
    Move("deliberate", ()),
    Move("return", (Field("reason", "select", tuple(REASONS["return"]), "reason", True),
                    Field("suggested_group_id", "group"))),
    Move("request_task_force", (Field("size", "number", required=True),
                                Field("purpose_code", "select", PURPOSES, "purpose", True))),
    Move("request_help", ()),
    Move("triage", (Field("category", "category"), Field("reason", "text"))),
    Move("link", (Field("to_id", "ticket", required=True), Field("type", "select", LINKS, "link", True))),
    Move("reopen", (Field("reason", "area", required=True),)),
    Move("reject", (Field("reason", "select", tuple(REASONS["reject"]), "reason", True),
                    Field("sentence", "area", required=True)), "danger"),
    Move("withdraw", (Field("reason", "text"),), "danger"),
)  # fmt: skip
NOTE = Move("note", (Field("text", "area", required=True),
                     Field("audience", "choice", ("internal", "resident"), "audience", True)))  # fmt: skip
BY_NAME: Mapping[str, Move] = {move.name: move for move in (*TABLE, NOTE)}


def body_of(move: Move, values: Mapping[str, str], round_number: int) -> dict[str, Any]:
    """The move as tickets takes it: what was left empty is left out."""
    body: dict[str, Any] = {}
    for field in move.fields:
        text = values.get(field.name, "").strip()
        digits = unicodedata.normalize("NFKC", text)
        if text:
            body[field.name] = int(digits) if field.kind == "number" and digits.isdigit() else text
    if move.name == "answer":
        body["round"] = round_number
    return body


def missing(move: Move, values: Mapping[str, str]) -> list[str]:
    """The required fields that were left empty."""
    return [field.name for field in move.fields if field.required and not values.get(field.name, "").strip()]
