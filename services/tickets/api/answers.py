"""What a command answers."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.tickets.domain.ticket import Dues, Ticket
from services.tickets.handlers.filing import Filed
from services.tickets.handlers.verdicts import Answered


class Moved(BaseModel):
    """A ticket after a move."""

    id: UUID
    number: str
    state: str
    state_type: str
    round: int
    revision: int
    group_id: UUID | None
    handler_id: UUID | None

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        return cls(
            id=ticket.id,
            number=ticket.number,
            state=ticket.state,
            state_type=ticket.state_type,
            round=ticket.round,
            revision=ticket.revision,
            group_id=ticket.group_id,
            handler_id=ticket.handler_id,
        )


class AnswerTaken(Moved):
    """A ticket after an answer, and why the answer did not act if it did not."""

    acted: bool = True
    why: str | None = None

    @classmethod
    def of_answer(cls, answered: Answered) -> "AnswerTaken":
        plain = Moved.of(answered.ticket).model_dump()
        return cls(**plain, acted=answered.why is None, why=answered.why)


class DuesModel(BaseModel):
    accept: datetime | None
    contact: datetime | None
    resolve: datetime | None

    @classmethod
    def of(cls, dues: Dues) -> Self:
        return cls(accept=dues.accept, contact=dues.contact, resolve=dues.resolve)


class AssignmentModel(BaseModel):
    group_id: UUID
    group_name: str
    rule_id: str
    explanation: str


class FiledModel(Moved):
    """What the one who filed is told: her number, who takes it and by when."""

    model_config = ConfigDict(populate_by_name=True)
    kind: str
    category: str
    class_code: str = Field(alias="class")
    filed_at: datetime
    tracking_code: str
    assignment: AssignmentModel | None
    dues: DuesModel
    repeated: bool

    @classmethod
    def of_filed(cls, filed: Filed) -> "FiledModel":
        ticket, choice = filed.ticket, filed.choice
        assignment = None
        if choice is not None and choice.group is not None:
            assignment = AssignmentModel(
                group_id=choice.group.id,
                group_name=choice.group.name,
                rule_id=choice.rule_id,
                explanation=choice.explanation,
            )
        return cls(
            **Moved.of(ticket).model_dump(),
            kind=ticket.kind,
            category=ticket.category,
            class_code=ticket.class_code,
            filed_at=ticket.filed_at,
            tracking_code=filed.tracking_code,
            assignment=assignment,
            dues=DuesModel.of(ticket.dues),
            repeated=filed.repeated,
        )
