"""What a page of this person listens to: her communities and her groups."""

from uuid import UUID

from console.ask import members
from console.ask.asks import Asks
from console.ask.client import Problem, Unheard
from console.session import Person


def topics_of_person(person: Person) -> set[str]:
    """New tickets of her areas and her groups. Areas above a community hear through the rows they show."""
    return {f"tickets@{area}" for area in person.areas} | {f"group:{group}" for group in person.groups}


async def communities_of(asks: Asks, person: Person) -> tuple[UUID, ...] | None:
    """The communities whose events she may watch; None: all of them (the keeper)."""
    if person.holds("keeper"):
        return None
    watched = [grant.scope_id for grant in person.grants if grant.scope_kind == "area"]
    below: set[UUID] = set(watched)
    for area in watched:
        try:
            below |= {one.id for one in (await members.communities(asks, under=area)).items}
        except (Unheard, Problem):
            continue
    return tuple(sorted(below, key=str))
