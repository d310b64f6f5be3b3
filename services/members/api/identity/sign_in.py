"""Signing in over HTTP. These routes hand out secrets: they take no Idempotency-Key, single use is their own."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, by_secret, public
from chassis.refused import Refused
from services.members.domain.identity import challenge, password
from services.members.domain.identity.challenge import Challenge
from services.members.handlers.identity import sessions, tokens
from services.members.handlers.identity import sign_in as handlers
from services.members.handlers.identity.sessions import Begun
from services.members.handlers.identity.tokens import Token

router = APIRouter(tags=["sign-in"])

_SCHEME = "session"
Device = Annotated[str, Field(min_length=8, max_length=200)]


class SignInBody(Body):
    login: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=200)
    totp: str | None = Field(None, max_length=10)
    recovery_code: str | None = Field(None, max_length=40)


class PhoneBody(Body):
    phone: str = Field(max_length=40)
    device: Device


class CodeBody(Body):
    code: str = Field(max_length=10)
    device: Device
    keep: bool = False


class AudienceBody(Body):
    audience: str = Field(max_length=20)


class TotpBody(Body):
    totp: str = Field(max_length=10)


class SessionShown(BaseModel):
    """The session, with the only copy of its secret."""

    session_id: UUID
    secret: str
    person_id: UUID
    level: str
    authenticated_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, begun: Begun) -> Self:
        session = begun.session
        return cls(
            session_id=session.id,
            secret=begun.secret,
            person_id=session.person_id,
            level=session.level,
            authenticated_at=session.authenticated_at,
            expires_at=session.expires_at,
        )


class ChallengeShown(BaseModel):
    challenge_id: UUID
    expires_at: datetime

    @classmethod
    def of(cls, made: Challenge) -> Self:
        return cls(challenge_id=made.id, expires_at=made.expires_at)


class TokenShown(BaseModel):
    token: str
    expires_at: datetime
    person_id: UUID
    session_id: UUID
    level: str
    authenticated_at: datetime

    @classmethod
    def of(cls, issued: Token) -> Self:
        session = issued.session
        return cls(
            token=issued.token,
            expires_at=issued.expires_at,
            person_id=session.person_id,
            session_id=session.id,
            level=session.level,
            authenticated_at=session.authenticated_at,
        )


def has_secret(request: Request) -> bool:
    """`Authorization: Session <secret>`; whether it is good is found out with the session."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == _SCHEME and bool(secret)


@router.post("/v1/sessions", response_model=SessionShown, status_code=201)
async def sign_in(body: SignInBody, edge: Annotated[Edge, public(key=False)]) -> Response:
    command = handlers.PasswordSignIn(
        login=body.login, totp=body.totp, recovery_code=body.recovery_code, address=_address(edge)
    )
    async with edge.running.transaction(edge.actor) as tx:
        opened = await handlers.open_try(command, tx)
    _check_wait(opened.wait)
    stored = opened.account.password_hash if opened.account else None
    fits = await asyncio.to_thread(password.matches, body.password, stored)
    async with edge.running.transaction(edge.actor) as tx:
        begun = await handlers.finish_try(command, opened, fits, tx)
    return _begun(begun, "sign_in_refused")


@router.post("/v1/sign-in/challenges", response_model=ChallengeShown, status_code=202)
async def ask_for_code(body: PhoneBody, edge: Annotated[Edge, public(key=False)]) -> Response:
    command = handlers.AskForCode(phone=body.phone, device=body.device, address=_address(edge))
    async with edge.running.transaction(edge.actor) as tx:
        made = await handlers.ask_for_code(command, tx)
    if isinstance(made, timedelta):
        _check_wait(made)
    assert isinstance(made, Challenge)
    return _answer(ChallengeShown.of(made), 202)


@router.post("/v1/sign-in/challenges/{challenge_id}:verify", response_model=SessionShown, status_code=201)
async def give_code(challenge_id: UUID, body: CodeBody, edge: Annotated[Edge, public(key=False)]) -> Response:
    command = handlers.GiveCode(challenge_id=challenge_id, code=body.code, device=body.device, keep=body.keep)
    async with edge.running.transaction(edge.actor) as tx:
        begun = await handlers.give_code(command, tx)
    return _begun(begun, "code_refused")


@router.post("/v1/sessions/current:token", response_model=TokenShown)
async def issue_token(body: AudienceBody, edge: Annotated[Edge, by_secret(has_secret)]) -> Response:
    return await edge.command(lambda tx: tokens.issue(_secret(edge), body.audience, tx), TokenShown.of)


@router.post("/v1/sessions/current:confirm", response_model=SessionShown)
async def confirm(body: TotpBody, edge: Annotated[Edge, by_secret(has_secret)]) -> Response:
    async with edge.running.transaction(edge.actor) as tx:
        begun = await handlers.confirm(_secret(edge), body.totp, tx)
    return _begun(begun, "code_refused", status=200)


@router.post("/v1/sessions/current:revoke", status_code=204)
async def sign_out(edge: Annotated[Edge, by_secret(has_secret)]) -> Response:
    return await edge.command(lambda tx: sessions.sign_out(_secret(edge), tx), status=204)


def _secret(edge: Edge) -> str:
    return edge.request.headers.get("authorization", "").partition(" ")[2]


def _address(edge: Edge) -> str:
    """The block of addresses the request comes from."""
    return challenge.address_block(edge.request.client.host if edge.request.client else "")


def _check_wait(wait: timedelta) -> None:
    if wait > timedelta(0):
        raise Refused("too_many_tries", status=429, retry_after=max(int(wait.total_seconds()) + 1, 1))


def _begun(begun: Begun | None, refusal: str, status: int = 201) -> Response:
    """One answer for all that may be wrong."""
    if begun is None:
        raise Refused(refusal, status=401)
    return _answer(SessionShown.of(begun), status)


def _answer(model: BaseModel, status: int) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(model.model_dump_json(), status, headers, media_type="application/json")
