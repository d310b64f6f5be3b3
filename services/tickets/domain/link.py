"""How one ticket hangs together with another."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from chassis.refused import Refused


class LinkType(StrEnum):
    DUPLICATE_OF = "duplicate_of"
    RELATED = "related"
    CAUSED_BY = "caused_by"
    SPLIT_FROM = "split_from"
    FOLLOWS_UP = "follows_up"
    IDEA_FOR = "idea_for"
    CHILD_OF = "child_of"
    FOUND_BY = "found_by"


ACYCLIC = frozenset({LinkType.DUPLICATE_OF, LinkType.CHILD_OF, LinkType.SPLIT_FROM})
JOINS_THE_CASE = frozenset({LinkType.IDEA_FOR, LinkType.CHILD_OF, LinkType.FOLLOWS_UP})


def check(from_id: UUID, to_id: UUID, type_: LinkType, edges: Iterable[tuple[UUID, UUID]]) -> None:
    """No ticket is linked to itself, and none stands below itself. `edges` are the links of this type that lead
    on from the other end."""
    if from_id == to_id:
        raise Refused("links_to_itself")
    if type_ in ACYCLIC and from_id in _reachable(to_id, edges):
        raise Refused("links_in_a_circle")


def _reachable(start: UUID, edges: Iterable[tuple[UUID, UUID]]) -> set[UUID]:
    onward: dict[UUID, list[UUID]] = {}
    for from_id, to_id in edges:
        onward.setdefault(from_id, []).append(to_id)
    seen, waiting = {start}, [start]
    while waiting:
        for following in onward.get(waiting.pop(), ()):
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return seen
