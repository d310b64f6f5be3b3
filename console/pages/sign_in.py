"""C0: who am I? Password and second factor, or a code by text message; in the demo a button per role."""

import contextlib
from collections.abc import Awaitable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import members
from console.ask.client import Problem, Unheard
from console.demo_accounts import demo_accounts
from console.posted import Posted, PostedForm, refused_here
from console.screen import AnyScreen, Screen
from console.session import ROLES
from console.views import Trouble, trouble_of

router = APIRouter()
DEVICE = "console"
SECONDS = 5.0
CARRIED = "kept-"


@router.get("/sign-in")
async def sign_in_page(screen: AnyScreen, next: str = "/today") -> Response:
    return await _page(screen, next=next)


@router.post("/sign-in")
async def sign_in(screen: AnyScreen, form: PostedForm) -> Response:
    """Password and code together: members says yes or no to both at once."""
    missing = [(name, screen.language.word("problem", "required")) for name in ("login", "password", "totp")
               if not form.text(name)]  # fmt: skip
    if missing:
        return await _page(screen, next=form.text("next"), trouble=refused_here(form, 422, *missing))
    proof = {"login": form.text("login"), "password": form.values["password"], "totp": form.digits("totp")}
    return await _signed_in(screen, form, members.sign_in(_members(screen), proof, seconds=SECONDS))


@router.post("/sign-in/demo")
async def sign_in_as(screen: AnyScreen, form: PostedForm) -> Response:
    """The demo's button: the same question to members, with the demo's own account."""
    wanted = form.text("role")
    account = next((one for one in demo_accounts(screen.parts.settings.demo_accounts) if one.role == wanted), None)
    if account is None:
        return await _page(screen, next=form.text("next"))
    return await _signed_in(screen, form, members.sign_in(_members(screen), account.proof(), seconds=SECONDS))


@router.post("/sign-in/code")
async def send_code(screen: AnyScreen, form: PostedForm) -> Response:
    """Known and unknown numbers get the same answer."""
    try:
        challenge = await members.send_code(_members(screen), form.digits("phone"), DEVICE, seconds=SECONDS)
    except (Problem, Unheard) as failed:
        return await _page(screen, next=form.text("next"), trouble=_trouble(screen, failed, form))
    sent = str(challenge.challenge_id)
    return await _page(screen, next=form.text("next"), challenge=sent, phone=form.digits("phone"))


@router.post("/sign-in/verify")
async def verify_code(screen: AnyScreen, form: PostedForm) -> Response:
    try:
        challenge = UUID(form.text("challenge"))
    except ValueError:
        return await _page(screen, next=form.text("next"))
    session = members.verify_code(_members(screen), challenge, form.digits("code"), DEVICE, seconds=SECONDS)
    return await _signed_in(screen, form, session, challenge=str(challenge), phone=form.text("phone"))


@router.post("/sign-out")
async def sign_out(screen: AnyScreen, form: PostedForm) -> Response:
    """The session ends at members; a members that is away lets it run out by itself."""
    response = screen.to("/", "signed_out")
    if screen.secret:
        screen.parts.sessions.forget(screen.secret)
        with contextlib.suppress(Problem, Unheard):
            await members.sign_out(_members(screen), screen.secret, seconds=2.0)
    screen.parts.cookie.take(response)
    return response


async def _signed_in(screen: Screen, form: Posted, asked: Awaitable[members.Session], **again: Any) -> Response:
    try:
        session = await asked
    except (Problem, Unheard) as failed:
        return await _page(screen, next=form.text("next"), trouble=_trouble(screen, failed, form), **again)
    response = screen.to(local(form.text("next")))
    screen.parts.cookie.give(response, session.secret)
    return response


def local(path: str) -> str:
    """Only a path of our own: never another site's."""
    parts = urlsplit(path)
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return path if inside else "/today"


def place_of(role: str) -> int:
    """The buttons stand in the order of who works with the console most; the keeper is not one of the demo's."""
    known = role.partition("-")[0]
    return ROLES.index(known) if known in ROLES else len(ROLES)


def _members(screen: Screen) -> Any:
    return screen.parts.services["members"]


def _trouble(screen: Screen, failed: Problem | Unheard, form: Posted) -> Trouble:
    kept = {name: value for name, value in form.fields.items() if name in ("login", "phone")}
    return trouble_of(failed, screen.language, kept)


async def _page(screen: Screen, *, next: str, trouble: Trouble | None = None, **values: Any) -> Response:
    demo = sorted(demo_accounts(screen.parts.settings.demo_accounts), key=lambda one: place_of(one.role))
    shown = {account.login for account in demo if "-" not in account.role}
    others = [account for account in demo if "-" in account.role and account.login not in shown]
    known = {"challenge": "", "phone": ""} | values
    status = trouble.status if trouble else 200
    return await screen.show(
        "pages/sign_in.html", next=local(next), trouble=trouble, demo=demo, others=others, status=status, **known
    )
