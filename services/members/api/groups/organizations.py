"""Organisations over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted, public
from services.members.api.answers import Action, Saved
from services.members.domain.groups.membership import Membership, Tier
from services.members.domain.groups.organization import Classification, JoinMode, Organization, OrganizationState
from services.members.handlers.groups import leaders, relocations
from services.members.handlers.groups import organizations as handlers
from services.members.store.groups import organizations as store
from services.members.store.places import areas
from services.members.views import groups as views
from services.members.views.reach import action

router = APIRouter(tags=["groups"])

Name = Annotated[str, Field(min_length=1, max_length=100)]
Category = Annotated[str, Field(min_length=1, max_length=60)]
Mandate = Annotated[list[Category], Field(max_length=100)]
Words = Annotated[str, Field(max_length=500)]


class OrganizationBody(Body):
    id: UUID | None = None
    classification: Classification
    name: Name
    parent_id: UUID | None = None
    area_id: UUID
    host_id: UUID | None = None
    mandate: Mandate = Field(default_factory=list)
    join_mode: JoinMode = JoinMode.APPROVAL


class OrganizationChanges(Body):
    name: Name | None = None
    mandate: Mandate | None = None
    join_mode: JoinMode | None = None
    host_id: UUID | None = None


class MoveBody(Body):
    parent_id: UUID | None = None
    area_id: UUID | None = None


class LeaderBody(Body):
    person_id: UUID
    until: datetime | None = None
    reason: Words = ""


class LeaderShown(BaseModel):
    person_id: UUID
    tier: Tier
    from_: datetime = Field(serialization_alias="from")


class OrganizationShown(BaseModel):
    """An organisation as anybody may see it; its people only for the signed-in."""

    id: UUID
    classification: Classification
    name: str
    parent_id: UUID | None
    path: list[UUID]
    area_id: UUID
    host_id: UUID | None
    mandate: list[str]
    join_mode: JoinMode
    state: OrganizationState
    community_id: UUID
    leader_id: UUID | None
    leader: LeaderShown | None
    deputy_id: UUID | None
    members: int
    revision: int

    @classmethod
    def of(cls, one: Organization, heads: list[Membership], members: int) -> Self:
        leader, deputy = views.head(heads, Tier.LEADER), views.head(heads, Tier.DEPUTY)
        return cls(
            id=one.id,
            classification=one.classification,
            name=one.name,
            parent_id=one.parent_id,
            path=list(one.path),
            area_id=one.area_id,
            host_id=one.host_id,
            mandate=list(one.mandate),
            join_mode=one.join_mode,
            state=one.state,
            community_id=one.community_id,
            leader_id=leader.person_id if leader else None,
            leader=LeaderShown(person_id=leader.person_id, tier=leader.tier, from_=leader.during.start)
            if leader
            else None,
            deputy_id=deputy.person_id if deputy else None,
            members=members,
            revision=one.revision,
        )


class OrganizationDetail(OrganizationShown):
    actions: list[Action]


class LeaderSaved(Saved):
    """The leader's membership."""

    person_id: UUID

    @classmethod
    def of(cls, saved: Any) -> Self:
        return cls(id=saved.id, state=saved.state, revision=saved.revision, person_id=saved.person_id)


@router.get("/v1/organizations")
async def list_organizations(
    edge: Annotated[Edge, public()],
    area_id: UUID | None = None,
    under: UUID | None = None,
    classification: Classification | None = None,
    parent_id: UUID | None = None,
    name: Annotated[str | None, Query(max_length=100)] = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    page = edge.page(limit, cursor, (area_id, under, classification, parent_id, name))
    async with edge.reading() as tx:
        found = await views.list_organizations(
            tx, page, area_id=area_id, under=under, classification=classification, parent_id=parent_id, name=name
        )
        shown = await _shown(edge, tx, found)
        return edge.listed(shown, page, key=lambda one: [one.id], as_of=tx.now)


@router.get("/v1/organizations/{organization_id}")
async def show_organization(
    organization_id: UUID, response: Response, edge: Annotated[Edge, public()]
) -> OrganizationDetail:
    async with edge.reading() as tx:
        organization = await store.load(tx, organization_id)
        area = await areas.load(tx, organization.area_id)
        (shown,) = await _shown(edge, tx, [organization])
    response.headers["ETag"] = f'"{organization.revision}"'
    may = edge.actor.may("organizations.edit", area_path=area.path, organization_path=organization.path)
    why_not = None if may else "not_permitted"
    leading = "leader_exists" if shown.members and shown.leader_id else why_not
    actions = [action(name, why_not) for name in ("change", "move", "close", "hand_over")]
    actions.append(action("appoint_leader", why_not or leading))
    return OrganizationDetail(**shown.model_dump(), actions=[Action.model_validate(one) for one in actions])


@router.post("/v1/organizations", response_model=Saved, status_code=201)
async def found(body: OrganizationBody, edge: Annotated[Edge, permitted("organizations.edit")]) -> Response:
    command = handlers.FoundOrganization(**body.model_dump() | {"mandate": tuple(body.mandate)})
    return await edge.command(lambda tx: handlers.found(command, tx), Saved.of, status=201)


@router.patch("/v1/organizations/{organization_id}", response_model=Saved)
async def change_organization(
    organization_id: UUID,
    body: OrganizationChanges,
    edge: Annotated[Edge, permitted("organizations.edit", if_match=True)],
) -> Response:
    changes = body.model_dump(exclude_unset=True)
    if body.mandate is not None:
        changes["mandate"] = tuple(body.mandate)
    command = handlers.ChangeOrganization(organization_id=organization_id, expected=edge.expected, changes=changes)
    return await edge.command(lambda tx: handlers.change_organization(command, tx), Saved.of)


@router.post("/v1/organizations/{organization_id}:move", response_model=Saved)
async def move_organization(
    organization_id: UUID, body: MoveBody, edge: Annotated[Edge, permitted("organizations.edit", if_match=True)]
) -> Response:
    command = relocations.MoveOrganization(
        organization_id=organization_id, expected=edge.expected, parent_id=body.parent_id, area_id=body.area_id
    )
    return await edge.command(lambda tx: relocations.move_organization(command, tx), Saved.of)


@router.post("/v1/organizations/{organization_id}:close", response_model=Saved)
async def close_organization(
    organization_id: UUID, edge: Annotated[Edge, permitted("organizations.edit", if_match=True)]
) -> Response:
    return await edge.command(lambda tx: handlers.close_organization(organization_id, edge.expected, tx), Saved.of)


@router.post("/v1/organizations/{organization_id}:appoint-leader", response_model=LeaderSaved, status_code=201)
async def appoint_leader(
    organization_id: UUID, body: LeaderBody, edge: Annotated[Edge, permitted("organizations.edit", if_match=True)]
) -> Response:
    command = _appointment(organization_id, body, edge)
    return await edge.command(lambda tx: leaders.appoint_leader(command, tx), LeaderSaved.of, status=201)


@router.post("/v1/organizations/{organization_id}:hand-over", response_model=LeaderSaved, status_code=201)
async def hand_over(
    organization_id: UUID, body: LeaderBody, edge: Annotated[Edge, permitted("organizations.edit", if_match=True)]
) -> Response:
    command = _appointment(organization_id, body, edge)
    return await edge.command(lambda tx: leaders.hand_over(command, tx), LeaderSaved.of, status=201)


def _appointment(organization_id: UUID, body: LeaderBody, edge: Edge) -> leaders.AppointLeader:
    return leaders.AppointLeader(
        organization_id=organization_id,
        expected=edge.expected,
        person_id=body.person_id,
        end=body.until,
        reason=body.reason,
    )


async def _shown(edge: Edge, tx: Any, found: list[Organization]) -> list[OrganizationShown]:
    ids = [one.id for one in found]
    signed_in = edge.actor.person_id is not None or edge.actor.service is not None
    heads = await views.heads_of(tx, ids) if signed_in else {}
    sizes = await views.sizes_of(tx, ids)
    return [OrganizationShown.of(one, heads.get(one.id, []), sizes.get(one.id, 0)) for one in found]
