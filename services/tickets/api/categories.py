"""Categories: what everybody may choose from, and a community's new version of one of them."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from chassis.edge import Body, Edge, permitted, public
from services.tickets.api.moves import Code
from services.tickets.domain.category import ALWAYS_CONFIDENTIAL, Category
from services.tickets.domain.profile import Kind
from services.tickets.domain.question import Datatype, Question
from services.tickets.handlers.categories import ChangeCategory, change_category
from services.tickets.store.category_versions import CategoryVersion
from services.tickets.store.reference import load_reference
from services.tickets.views.proposals import Proposals, proposals

router = APIRouter(tags=["categories"], prefix="/v1/categories")
Label = Annotated[str, Field(min_length=1, max_length=60)]


class ValueBody(Body):
    key: Label
    name: Label


class QuestionBody(Body):
    code: Code
    label: Annotated[str, Field(min_length=1, max_length=200)]
    datatype: Datatype
    required: bool = False
    values: Annotated[tuple[ValueBody, ...], Field(max_length=50)] = ()


class CategoryBody(Body):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    community_id: UUID
    code: Code
    parent: Code | None = None
    label: Label
    label_en: Annotated[str, Field(max_length=60)] = ""
    class_code: Annotated[Code, Field(alias="class")]
    keywords: Annotated[tuple[Label, ...], Field(max_length=40)] = ()
    kinds: Annotated[tuple[Kind, ...], Field(max_length=6)] = ()
    visible: bool = True
    public: bool = False
    review_first: bool = False
    photo_required: bool = False
    checklist: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=120)], ...], Field(max_length=20)] = ()
    standard_code: Annotated[str, Field(max_length=60)] = ""
    questions: Annotated[tuple[QuestionBody, ...], Field(max_length=20)] = ()
    effective_from: AwareDatetime | None = None


class ValueModel(BaseModel):
    key: str
    name: str


class QuestionModel(BaseModel):
    code: str
    label: str
    datatype: str
    required: bool
    order: int
    values: list[ValueModel]

    @classmethod
    def of(cls, question: Question) -> Self:
        values = [ValueModel(key=key, name=name) for key, name in question.values]
        return cls(
            code=question.code,
            label=question.label,
            datatype=question.datatype,
            required=question.required,
            order=question.order,
            values=values,
        )


class CategoryModel(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    code: str
    parent: str | None
    label: str
    label_en: str
    class_code: str = Field(alias="class")
    keywords: list[str]
    version: int
    kinds: list[str]
    visible: bool
    public: bool
    review_first: bool
    photo_required: bool
    checklist: list[str]
    standard_code: str
    questions: list[QuestionModel]
    confidential: bool

    @classmethod
    def of(cls, category: Category) -> "CategoryModel":
        names = ("code", "parent", "label", "label_en", "class_code", "version", "standard_code")
        plain = {name: getattr(category, name) for name in names}
        lists = {name: list(getattr(category, name)) for name in ("keywords", "kinds", "checklist")}
        flags = {name: getattr(category, name) for name in ("visible", "public", "review_first", "photo_required")}
        return cls(
            **plain,
            **lists,
            **flags,
            questions=[QuestionModel.of(question) for question in category.questions],
            confidential=category.code in ALWAYS_CONFIDENTIAL,
        )


class CategoryMade(CategoryModel):
    community_id: UUID
    effective_from: datetime

    @classmethod
    def made(cls, version: CategoryVersion) -> "CategoryMade":
        plain = CategoryModel.of(version.category).model_dump()
        return cls(**plain, community_id=version.community_id, effective_from=version.effective_from)


class Categories(BaseModel):
    items: list[CategoryModel]
    as_of: datetime


@router.get("", response_model=Categories)
async def categories(
    edge: Annotated[Edge, public()], community_id: UUID | None = None, hidden: bool = False
) -> Categories:
    """Those shipped, or as a community has made them; `other` is the last."""
    async with edge.reading() as tx:
        known = (await load_reference(tx)).of_community(community_id, tx.now)
        items = [CategoryModel.of(each) for each in known if each.visible or hidden]
        return Categories(items=items, as_of=tx.now)


@router.get("/{code}/versions", response_model=Categories)
async def versions(code: str, community_id: UUID, edge: Annotated[Edge, permitted("tickets.rules")]) -> Categories:
    """All versions a community has made of one category, the newest first, and the one shipped."""
    async with edge.reading() as tx:
        reference = await load_reference(tx)
        found = [known.category for known in reference.versions if known.is_of(code, community_id)]
        found += [reference.seeded[code]] if code in reference.seeded else []
        return Categories(items=[CategoryModel.of(each) for each in found], as_of=tx.now)


@router.get("/{code}/checklist-proposals", response_model=Proposals)
async def checklist_proposals(
    code: str, community_id: UUID, edge: Annotated[Edge, permitted("categories.change")]
) -> Proposals:
    """What was found undone four weeks after closing; the secretary takes from it what belongs on the checklist."""
    async with edge.reading() as tx:
        return await proposals(tx, code, community_id)


@router.post("", response_model=CategoryMade, status_code=201)
async def change(body: CategoryBody, edge: Annotated[Edge, permitted("categories.change")]) -> Response:
    command = ChangeCategory(
        community_id=body.community_id, category=_category(body), effective_from=body.effective_from
    )
    return await edge.command(lambda tx: change_category(command, tx), CategoryMade.made, status=201)


def _category(body: CategoryBody) -> Category:
    names = ("code", "parent", "label", "label_en", "class_code", "keywords", "visible", "public", "review_first")
    more = ("photo_required", "checklist", "standard_code")
    questions = tuple(
        Question(
            each.code,
            each.label,
            each.datatype,
            each.required,
            order,
            tuple((value.key, value.name) for value in each.values),
        )
        for order, each in enumerate(body.questions, start=1)
    )
    plain = {name: getattr(body, name) for name in (*names, *more)}
    return Category(**plain, kinds=tuple(kind.value for kind in body.kinds), order=0, questions=questions)
