"""People over HTTP: masked for everyone but herself."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from chassis.edge import Body, Edge, permitted, signed_in
from chassis.refused import Refused
from services.members.api.answers import Action, Saved
from services.members.api.people.shown import (
    ContactShown,
    EnrolledMany,
    EnrolledShown,
    PersonDetail,
    PersonShown,
    ResidencyShown,
)
from services.members.domain.people import contact
from services.members.domain.people.contact import ContactKind
from services.members.domain.people.household import Relation, Tenure
from services.members.handlers.people import people as handlers
from services.members.handlers.people.households import NewResidency
from services.members.handlers.people.people import EnrolPerson, NewContact
from services.members.store.people import contact_points, households
from services.members.views import people as views
from services.members.views.reach import action

router = APIRouter(tags=["people"])

Name = Annotated[str, Field(min_length=1, max_length=60)]
Words = Annotated[str, Field(max_length=500)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Channel = Literal["sms", "email"]


class ContactBody(Body):
    kind: ContactKind = ContactKind.PHONE
    value: str = Field(max_length=200)
    signs_in: bool | None = None
    preferred: bool = False
    verified: bool = False

    def new(self) -> NewContact:
        return NewContact(**self.model_dump())


class ResidencyBody(Body):
    building_id: UUID
    dwelling: str = Field("", max_length=100)
    tenure: Tenure = Tenure.UNKNOWN
    relation: Relation = Relation.OTHER
    main: bool = True

    def new(self) -> NewResidency:
        return NewResidency(**self.model_dump())


class PersonBody(Body):
    name: Name
    community_id: UUID
    birth_year: int | None = None
    languages: list[Language] = Field(["zh-CN"], min_length=1, max_length=5)
    channel_order: list[Channel] = Field(["sms"], min_length=1, max_length=2)
    contact_points: list[ContactBody] = Field(default_factory=list, max_length=10)
    residency: ResidencyBody | None = None

    def command(self) -> EnrolPerson:
        return EnrolPerson(
            name=self.name,
            community_id=self.community_id,
            birth_year=self.birth_year,
            languages=tuple(self.languages),
            channel_order=tuple(self.channel_order),
            contacts=tuple(point.new() for point in self.contact_points),
            residency=self.residency.new() if self.residency else None,
        )


class PeopleBody(Body):
    items: list[PersonBody] = Field(min_length=1, max_length=200)


class PersonChanges(Body):
    name: Name | None = None
    birth_year: int | None = None
    languages: list[Language] | None = Field(None, min_length=1, max_length=5)
    channel_order: list[Channel] | None = Field(None, min_length=1, max_length=2)
    paused_until: datetime | None = None


class SearchBody(Body):
    name: Name | None = None
    phone: str | None = Field(None, max_length=40)
    within: UUID | None = None


@router.post("/v1/people:batch", response_model=EnrolledMany, status_code=201)
async def enrol_people(body: PeopleBody, edge: Annotated[Edge, permitted("people.enrol")]) -> Response:
    commands = [item.command() for item in body.items]
    return await edge.command(
        lambda tx: handlers.enrol(commands, tx),
        lambda enrolled: EnrolledMany(items=[EnrolledShown.of(one) for one in enrolled]),
        status=201,
    )


@router.get("/v1/people")
async def list_people(
    edge: Annotated[Edge, permitted("people.read")],
    community_id: UUID | None = None,
    organization_id: UUID | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    page = edge.page(limit, cursor, (community_id, organization_id))
    async with edge.reading() as tx:
        found = await views.list_people(tx, page, community_id=community_id, organization_id=organization_id)
        return edge.listed([PersonShown.of(one) for one in found], page, key=lambda one: [one.id], as_of=tx.now)


@router.post("/v1/people:search")
async def search_people(body: SearchBody, edge: Annotated[Edge, permitted("people.read", key=False)]) -> dict[str, Any]:
    if not body.name and not body.phone:
        raise Refused("nothing_to_search", status=422, errors=[{"pointer": "/name", "code": "missing", "detail": ""}])
    number = contact.phone(body.phone) if body.phone else None
    async with edge.reading() as tx:
        found = await views.search(tx, name=body.name, phone=number, within=body.within)
        return {"items": [PersonShown.of(one) for one in found], "next": None, "as_of": tx.now}


@router.get("/v1/people/{person_id}")
async def show_person(person_id: UUID, response: Response, edge: Annotated[Edge, signed_in()]) -> PersonDetail:
    herself = edge.actor.person_id == person_id
    async with edge.reading() as tx:
        person = (await views.seen(tx, [person_id])).get(person_id)
        if person is None:
            raise Refused("not_found", status=404)
        points = (await contact_points.of_people(tx, [person_id]))[person_id]
        lived = await households.residencies_of(tx, person_id)
        building = (await views.buildings_of(tx, [person_id])).get(person_id)
    response.headers["ETag"] = f'"{person.revision}"'
    may = herself or edge.actor.holds("people.enrol")
    names = ("change", "add_contact_point", "add_residency")
    return PersonDetail(
        **PersonShown.of(person, whole=herself).model_dump(),
        building_id=building,
        contact_points=[ContactShown.of(point, whole=herself) for point in points],
        residencies=[ResidencyShown.of(residency) for residency in lived],
        actions=[Action.model_validate(action(name, None if may else "not_permitted")) for name in names],
    )


@router.patch("/v1/people/{person_id}", response_model=Saved)
async def change_person(
    person_id: UUID, body: PersonChanges, edge: Annotated[Edge, signed_in(if_match=True)]
) -> Response:
    changes: dict[str, object] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in body.model_dump(exclude_unset=True).items()
    }
    command = handlers.ChangePerson(person_id=person_id, expected=edge.expected, changes=changes)
    return await edge.command(lambda tx: handlers.change_person(command, tx), Saved.of)
