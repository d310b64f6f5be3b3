"""The forms of the moves tickets offers: which fields each takes. Which moves there are, tickets tells (`actions`)."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

REASONS: Mapping[str, Sequence[str]] = {
    "return": ("not_our_task", "not_our_place", "conflict_of_interest", "no_capacity", "duplicate", "lacks_information",
               "not_stated"),
    "reject": ("not_ours", "not_a_matter", "duplicate", "unclear", "abuse", "spam", "test"),
    "answer": ("nobody_contacted", "partly", "again", "attitude", "slow", "other"),
}  # fmt: skip
ANSWERS = ("solved_satisfied", "solved_mostly", "solved_dissatisfied", "unsolved")
LINKS = ("related", "duplicate_of", "caused_by", "follows_up", "idea_for", "child_of")
PURPOSES = ("patrol", "repair", "visit", "clean_up", "other")
KINDS = ("complaint", "need", "idea", "inquiry", "report", "praise")
CLASSES = ("urgent", "utility", "general", "complex", "idea", "inquiry")
FOUND = ("holds", "again", "not_reached")
DAY_MINUTES = {"working": 420}  # of a working day, as tickets counts them; a day of any other clock is whole
WHOLE_DAY_MINUTES = 1_440
DAYS = (1, 2, 3, 5, 7, 10)
NO_ETAG = frozenset({"note", "watch", "unwatch", "me_too"})
Part = Literal["work", "people", "time", "join"]
PARTS: tuple[Part, ...] = ("work", "people", "time", "join")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a move's form."""

    name: str
    kind: str  # text | area | choice | select | check | group | member | category | number | ticket | moment | days
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
    part: Part = "work"

    def expected_in(self, state: str) -> bool:
        return self.tone == "primary" and state not in self.unless_in


WHY = Field("reason", "area", required=True)
UNTIL = Field("until", "moment", required=True)
ANOTHER = Field("to_id", "ticket", required=True)
TABLE: tuple[Move, ...] = (
    Move("confirm", (Field("category", "category"),), "primary"),
    Move("assign", (Field("group_id", "group", required=True), Field("reason", "text")), "primary",
         unless_in=("assigned", "accepted", "in_progress"), part="people"),
    Move("accept", (Field("handler_id", "member"),), "primary"),
    Move("start", (), "primary"),
    Move("record_contact", (Field("result", "choice", ("reached", "attempt"), "contact", True), Field("note", "area"))),
    Move("resume", (Field("words", "area"),), "primary"),
    Move("resolve", (Field("result", "area", required=True),), "primary"),
    Move("answer", (Field("answer", "choice", ANSWERS, "answer", True),
                    Field("reason", "select", tuple(REASONS["answer"]), "reason"), Field("words", "area"))),
    Move("retract", ()),
    Move("adopt", (Field("extent", "choice", ("fully", "partly"), "extent", True), WHY)),
    Move("decline", (WHY,)),
    Move("deliberate", ()),
    Move("look_back", (Field("result", "choice", FOUND, "found", True), Field("words", "area"))),
    Move("acknowledge", (Field("words", "area"),)),
    Move("nudge", ()),
    Move("triage", (Field("category", "category"), Field("kind", "select", KINDS, "kind"),
                    Field("class", "select", CLASSES, "class"), Field("reason", "text"))),
    Move("reopen", (WHY,)),
    Move("conclude", (Field("finding", "area", required=True),)),
    Move("return", (Field("reason", "select", tuple(REASONS["return"]), "reason", True),
                    Field("suggested_group_id", "group")), part="people"),
    Move("hand_over", (Field("handler_id", "colleague", required=True), Field("note", "area", required=True)),
         part="people"),
    Move("transfer", (Field("group_id", "group", required=True), WHY), part="people"),
    Move("add_cohandler", (Field("group_id", "group", required=True), Field("what", "text"),
                           Field("required", "check")), part="people"),
    Move("request_task_force", (Field("size", "number", required=True),
                                Field("purpose_code", "select", PURPOSES, "purpose", True)), part="people"),
    Move("request_help", (), part="people"),
    Move("wait_for_resident", (UNTIL, WHY), part="time"),
    Move("wait_for_external", (UNTIL, WHY), part="time"),
    Move("ask_extension", (Field("minutes", "days", required=True), WHY), part="time"),
    Move("extend", (Field("reason", "text"),), "primary", part="time"),
    Move("refuse_extension", (Field("reason", "text"),), part="time"),
    Move("link", (ANOTHER, Field("type", "select", LINKS, "link", True)), part="join"),
    Move("merge", (Field("into_id", "ticket", required=True),), part="join"),
    Move("unmerge", (), part="join"),
    Move("split", (Field("description", "area", required=True), Field("title", "text"),
                   Field("category", "category")), part="join"),
    Move("reject", (Field("reason", "select", tuple(REASONS["reject"]), "reason", True),
                    Field("sentence", "area", required=True)), "danger"),
    Move("withdraw", (Field("reason", "text"),), "danger"),
)  # fmt: skip
NOTE = Move("note", (Field("text", "area", required=True),
                     Field("audience", "choice", ("internal", "resident"), "audience", True)))  # fmt: skip
BESIDE: tuple[Move, ...] = (  # moves whose buttons stand where the thing itself stands
    Move("unlink", (ANOTHER, Field("type", "select", LINKS, "link", True))),
    Move("watch"),
    Move("unwatch"),
    Move("me_too"),
)
BY_NAME: Mapping[str, Move] = {move.name: move for move in (*TABLE, NOTE, *BESIDE)}
DECIDING = frozenset({"extend", "refuse_extension"})  # on offer where more time was asked for and nobody has answered


def body_of(move: Move, values: Mapping[str, str], round_number: int, zone: ZoneInfo) -> dict[str, Any]:
    """The move as tickets takes it: what was left empty is left out."""
    body = {
        field.name: _value(field, text, zone) for field in move.fields if (text := values.get(field.name, "").strip())
    }
    if move.name == "answer":
        body["round"] = round_number
    return body


def _value(field: Field, text: str, zone: ZoneInfo) -> Any:
    """What cannot be read is sent as it was typed: its owner says at which field."""
    digits = unicodedata.normalize("NFKC", text)
    if field.kind in ("number", "days") and digits.isdigit():
        return int(digits)
    if field.kind == "check":
        return True
    return moment_of(digits, zone) if field.kind == "moment" else text


def moment_of(text: str, zone: ZoneInfo) -> str:
    """A time of the community's clock as a field of a form gives it, with its offset."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (at if at.tzinfo else at.replace(tzinfo=zone)).isoformat()


def missing(move: Move, values: Mapping[str, str]) -> list[str]:
    """The required fields that were left empty."""
    return [field.name for field in move.fields if field.required and not values.get(field.name, "").strip()]


def days_of(unit: str) -> list[tuple[str, int]]:
    """How much more time may be asked for: minutes as tickets takes them, and the days they are."""
    minutes = DAY_MINUTES.get(unit, WHOLE_DAY_MINUTES)
    return [(str(days * minutes), days) for days in DAYS]
