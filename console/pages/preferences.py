"""Language, size of type and contrast: cookies of the browser, set by plain forms, working without scripts."""

from fastapi import APIRouter
from starlette.responses import Response

from console.language import CODES
from console.pages.sign_in import local
from console.posted import PostedForm
from console.screen import CONTRAST_COOKIE, LANGUAGE_COOKIE, SIZE_COOKIE, SIZES, AnyScreen, Screen

router = APIRouter()
YEAR_SECONDS = 31_536_000


@router.post("/language")
async def choose_language(screen: AnyScreen, form: PostedForm) -> Response:
    response = screen.to(local(form.text("back")))
    if form.text("language") in CODES:
        _keep(screen, response, LANGUAGE_COOKIE, form.text("language"))
    return response


@router.post("/reading")
async def choose_reading(screen: AnyScreen, form: PostedForm) -> Response:
    """R9: larger type, stronger contrast."""
    response = screen.to(local(form.text("back")))
    if form.text("size") in SIZES:
        _keep(screen, response, SIZE_COOKIE, form.text("size"))
    if form.text("contrast") in ("usual", "high"):
        _keep(screen, response, CONTRAST_COOKIE, form.text("contrast"))
    return response


def _keep(screen: Screen, response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR_SECONDS, httponly=True, samesite="lax",
                        secure=screen.parts.cookie.secure, path="/")  # fmt: skip
