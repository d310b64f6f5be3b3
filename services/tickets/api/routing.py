"""The rules that say which group takes a case: read, made anew as a whole, and tried on the past."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from chassis.edge import Body, Edge, permitted
from services.tickets.domain.profile import Kind
from services.tickets.domain.routing import Rule, Time
from services.tickets.handlers import rule_sets
from services.tickets.store.reference import load_reference
from services.tickets.store.routing_sets import RuleSet, rules_from
from services.tickets.views import dry_run

router = APIRouter(tags=["references"], prefix="/v1/routing-rules")
Code = Annotated[str, Field(min_length=1, max_length=40)]


class RuleBody(Body):
    """What is left out fits always; `group_id`, or `mandate` for the nearest group that has it."""

    id: Code
    priority: Annotated[int, Field(ge=0, le=10_000)]
    area_id: UUID | None = None
    has_property_management: bool | None = None
    kinds: Annotated[list[Kind], Field(default_factory=list, max_length=6)]
    categories: Annotated[list[Code], Field(default_factory=list, max_length=60)]
    time: Time = Time.ANY
    group_id: UUID | None = None
    mandate: Annotated[str, Field(max_length=40)] = ""
    cohandlers: Annotated[list[UUID], Field(default_factory=list, max_length=5)]
    class_code: Annotated[Code | None, Field(alias="class")] = None
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None


class RulesBody(Body):
    community_id: UUID
    rules: Annotated[list[RuleBody], Field(min_length=1, max_length=200)]
    effective_from: AwareDatetime | None = None

    def plain(self) -> list[dict[str, Any]]:
        return [rule.model_dump(mode="json", by_alias=True) for rule in self.rules]


class DryRunBody(RulesBody):
    first: Annotated[AwareDatetime, Field(alias="from")]
    last: Annotated[AwareDatetime, Field(alias="to")]


class RuleModel(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    id: str
    version: int
    community_id: UUID | None
    priority: int
    area_id: UUID | None
    has_property_management: bool | None
    kinds: list[str]
    categories: list[str]
    time: str
    group_id: UUID | None
    mandate: str
    cohandlers: list[UUID]
    class_code: str | None = Field(alias="class")
    valid_from: datetime | None
    valid_until: datetime | None

    @classmethod
    def of(cls, rule: Rule, owner: UUID | None) -> Self:
        return cls(
            id=rule.id,
            version=rule.version,
            community_id=owner,
            priority=rule.priority,
            area_id=rule.area_id,
            has_property_management=rule.has_property_management,
            kinds=sorted(rule.kinds),
            categories=sorted(rule.categories),
            time=rule.time,
            group_id=rule.group_id,
            mandate=rule.mandate,
            cohandlers=list(rule.cohandlers),
            class_code=rule.class_code,
            valid_from=rule.valid_from,
            valid_until=rule.valid_until,
        )


class Rules(BaseModel):
    items: list[RuleModel]


class SetMade(BaseModel):
    id: UUID
    version: int
    revision: int
    effective_from: datetime

    @classmethod
    def of(cls, made: RuleSet) -> Self:
        return cls(id=made.id, version=made.version, revision=made.revision, effective_from=made.effective_from)


@router.get("", response_model=Rules)
async def routing_rules(edge: Annotated[Edge, permitted("tickets.rules")], community_id: UUID | None = None) -> Rules:
    """The seeded set; for a community the one that is in force there."""
    async with edge.reading() as tx:
        rules = (await load_reference(tx)).rules_of(community_id, tx.now)
    return Rules(items=[RuleModel.of(rule, community_id if rule.version > 1 else None) for rule in rules])


@router.post("", response_model=SetMade, status_code=201)
async def make(body: RulesBody, edge: Annotated[Edge, permitted(rule_sets.PERMISSION)]) -> Response:
    command = rule_sets.MakeRules(
        community_id=body.community_id, rules=body.plain(), effective_from=body.effective_from
    )
    return await edge.command(lambda tx: rule_sets.make_rules(command, tx), SetMade.of, status=201)


@router.post(":dry-run", response_model=dry_run.DryRun)
async def try_out(
    body: DryRunBody, edge: Annotated[Edge, permitted(rule_sets.PERMISSION, key=False)]
) -> dry_run.DryRun:
    rules = rules_from(body.plain(), 0)
    async with edge.reading() as tx:
        await rule_sets.check_community(body.community_id, tx)
        await rule_sets.check(rules, body.community_id, tx)
        return await dry_run.dry_run(tx, body.community_id, rules, body.first, body.last)
