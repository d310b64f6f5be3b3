"""X1: `/problems/{code}` is what the `type` of a problem leads to: the word of a refusal in both languages."""

from fastapi import APIRouter
from starlette.responses import Response

from console.language import CODES, Language, language
from console.screen import AnyScreen

router = APIRouter()


def _words(told: Language, code: str) -> str:
    words = told.problem(code, "")
    return "" if words == code else words


@router.get("/problems/{code}")
async def problem(screen: AnyScreen, code: str) -> Response:
    plain = code if code.replace("_", "").isalnum() and code.isascii() and len(code) <= 80 else ""
    words = {one: _words(language(one), plain) for one in CODES}
    known = any(words.values())
    return await screen.show("pages/problem.html", code=plain, words=words, known=known, status=200 if known else 404)
