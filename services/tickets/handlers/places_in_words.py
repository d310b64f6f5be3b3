"""A place in words (3栋, 三栋, 3-2-12): members reads it, outside every transaction."""

from dataclasses import dataclass
from uuid import UUID

from chassis.asking import Unanswered
from chassis.auth import Actor
from chassis.service import Running

PLACES_MAX = 20


@dataclass(frozen=True, slots=True)
class PlaceInWords:
    """The buildings that may be meant; `read` is false when members did not answer, and the words stay words."""

    words: str
    read: bool
    building_ids: tuple[UUID, ...] = ()


async def understood(running: Running, actor: Actor, words: str) -> PlaceInWords:
    question = {"text": words} | _within(actor)
    try:
        answer = await running.asking.post("members", "/v1/places:parse", json=question)
    except Unanswered:
        return PlaceInWords(words, read=False)
    exact = [answer["exact"]] if answer.get("exact") else []
    candidates = [each["area_id"] for each in answer.get("candidates", [])]
    return PlaceInWords(words, True, tuple(UUID(id_) for id_ in (exact or candidates)[:PLACES_MAX]))


def _within(actor: Actor) -> dict[str, str]:
    """Who works in one place means that place."""
    areas = set(actor.scopes("tickets.list").areas)
    return {"within": str(areas.pop())} if len(areas) == 1 else {}
