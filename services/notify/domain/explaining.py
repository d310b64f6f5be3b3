"""A decision in words: each check with what it saw at that moment and what came of it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

Input = Mapping[str, Any]


def explained(step: Mapping[str, Any]) -> dict[str, Any]:
    """One check of a trace with a sentence: its name, its result, its input, and the words."""
    check, result, seen = str(step["check"]), str(step["result"]), step.get("input") or {}
    sentence = SENTENCES.get(check, _plain)(seen)
    return {"check": check, "result": result, "input": seen, "words": f"{sentence} {_came_of(result)}".strip()}


def _came_of(result: str) -> str:
    match result:
        case "ok":
            return "It passed."
        case "skipped":
            return "An emergency in force skips this check."
        case _:
            return f"It did not pass: {result.replace('_', ' ')}."


def _plain(seen: Input) -> str:
    return "; ".join(f"{name}: {value}" for name, value in seen.items()) + "." if seen else ""


def _key(seen: Input) -> str:
    return "A member of staff sent it." if seen["type"] == "staff" else f"A client's {seen['type']} key sent it."


def _contact(seen: Input) -> str:
    return f"What was known of the address: {str(seen['contact']).replace('_', ' ')}."


def _emergency(seen: Input) -> str:
    named = {"none": "It names no emergency.", "in_force": "The emergency it names was in force at its place."}
    return named.get(seen["emergency"], "The emergency it names was not in force at its place.")


def _consent(seen: Input) -> str:
    need = "needs consent" if seen["needs_consent"] else "needs no consent"
    refusable = "can be refused" if seen["refusable"] else "cannot be refused"
    standing = str(seen["standing"]).replace("_", " ")
    return f"Topic {seen['topic']} by {seen['channel']} {need} and {refusable}; what the person said: {standing}."


def _preference(seen: Input) -> str:
    hours = ", ".join(seen["hours"]) if seen["hours"] else "any hour"
    read = " The tray's item had been read." if seen["read"] else ""
    return f"It was {seen['at']}; allowed: {hours}.{read}"


def _counted(what: str) -> Callable[[Input], str]:
    def words(seen: Input) -> str:
        said = [f"{name} {', '.join(used) if isinstance(used, list) else used}" for name, used in seen.items()]
        return f"{what} used and allowed: {'; '.join(said)}." if said else f"No {what.lower()} holds here."

    return words


def _kill_switch(seen: Input) -> str:
    return f"Class {seen['class']} was {'stopped' if seen['stopped'] else 'not stopped'}."


def _route(seen: Input) -> str:
    return f"Template {seen['template']} was {'known' if seen['filed'] else 'not known'} to us."


def _draw(seen: Input) -> str:
    weights = ", ".join(f"{pair['provider']} by {pair['sender']} weighs {pair['weight']}" for pair in seen["pairs"])
    return f"Reference {seen['client_ref']} fell on {seen['provider']} among: {weights}."


SENTENCES: Final[Mapping[str, Callable[[Input], str]]] = {
    "key": _key,
    "contact": _contact,
    "emergency": _emergency,
    "consent": _consent,
    "preference": _preference,
    "caps": _counted("Cap"),
    "budget": _counted("Budget"),
    "kill_switch": _kill_switch,
    "route": _route,
    "draw": _draw,
}
