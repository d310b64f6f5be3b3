"""Accounts over HTTP, and enrolling a person with one."""

import asyncio
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted, signed_in
from chassis.refused import Refused
from services.members.api.people.people import PersonBody
from services.members.api.people.shown import EnrolledShown
from services.members.domain.identity import password as passwords
from services.members.handlers.identity import accounts as handlers
from services.members.handlers.identity.accounts import EnrolledWithAccount, NewAccount

router = APIRouter(tags=["people"])

Password = Annotated[str, Field(min_length=1, max_length=200)]


class AccountBody(Body):
    login: str = Field(min_length=2, max_length=100)
    password: Password
    totp_secret: str = Field(min_length=16, max_length=100)


class PersonWithAccountBody(PersonBody):
    account: AccountBody | None = None


class PasswordBody(Body):
    password: Password
    new_password: Password


class EnrolledAnswer(EnrolledShown):
    account_id: UUID | None

    @classmethod
    def of_account(cls, result: EnrolledWithAccount) -> Self:
        return cls(**EnrolledShown.of(result.enrolled).model_dump(), account_id=result.account_id)


class AccountOpened(BaseModel):
    id: UUID


class Changed(BaseModel):
    changed: bool = True


class RecoveryCodes(BaseModel):
    """Shown once."""

    codes: list[str]


@router.post("/v1/people", response_model=EnrolledAnswer, status_code=201)
async def enrol(body: PersonWithAccountBody, edge: Annotated[Edge, permitted("people.enrol")]) -> Response:
    account = await _ready(body.account) if body.account else None
    command = handlers.EnrolWithAccount(person=body.command(), account=account)
    return await edge.command(
        lambda tx: handlers.enrol_with_account(command, tx), EnrolledAnswer.of_account, status=201
    )


@router.post("/v1/people/{person_id}/account", response_model=AccountOpened, status_code=201)
async def open_account(
    person_id: UUID, body: AccountBody, edge: Annotated[Edge, permitted("people.enrol")]
) -> Response:
    account = await _ready(body)
    return await edge.command(
        lambda tx: handlers.add_account(person_id, account, tx), lambda id: AccountOpened(id=id), status=201
    )


@router.post("/v1/me/account:change-password", response_model=Changed)
async def change_password(body: PasswordBody, edge: Annotated[Edge, signed_in(key=False)]) -> Response:
    async with edge.reading() as tx:
        account = await handlers.own_account(tx)
    if not await asyncio.to_thread(passwords.matches, body.password, account.password_hash):
        raise Refused("sign_in_refused", status=403)
    passwords.check_password(body.new_password, "")
    hashed = await asyncio.to_thread(passwords.hashed, body.new_password)
    return await edge.command(lambda tx: handlers.change_password(account, hashed, tx), lambda _: Changed())


@router.post("/v1/me/account:renew-recovery-codes", response_model=RecoveryCodes)
async def renew_recovery_codes(edge: Annotated[Edge, signed_in(key=False)]) -> Response:
    return await edge.command(handlers.renew_recovery_codes, lambda codes: RecoveryCodes(codes=codes))


async def _ready(body: AccountBody) -> NewAccount:
    return await asyncio.to_thread(handlers.ready, body.login, body.password, body.totp_secret)
