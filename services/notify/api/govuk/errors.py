"""Refusals in GOV.UK Notify's own words and shape: clients of theirs read these, not problem documents."""

import json
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute

from chassis.refused import Refused
from services.notify.domain.segments import UNITS_MAX

VALIDATION, BAD_REQUEST, AUTH, NOT_FOUND = "ValidationError", "BadRequestError", "AuthError", "NoResultFound"
_WORDS: Final = {
    "empty": "Your message is empty.",
    "bracket_in_value": "Personalisation must not contain 【 or 】",
    "link_in_value": "Personalisation of this template must not contain links",
    "idempotency_key_invalid": "Idempotency-Key takes 1 to 255 visible ASCII characters",
    "idempotency_key_reused": "This Idempotency-Key came before with another body",
}


class Said(Exception):
    """A refusal as Notify says it: a status, and one or more (kind, message)."""

    def __init__(self, status: int, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__(str(faults))
        self.status, self.faults = status, faults

    @property
    def answer(self) -> Response:
        errors = [{"error": kind, "message": message} for kind, message in self.faults]
        body = json.dumps({"status_code": self.status, "errors": errors}, ensure_ascii=False)
        return Response(body, self.status, {"Cache-Control": "no-store"}, media_type="application/json")


def invalid(*messages: str) -> Said:
    """A body or query that does not fit the schema; messages stand without quotes, as Notify's do."""
    return Said(400, [(VALIDATION, message.replace("'", "")) for message in messages])


def bad_request(message: str, status: int = 400) -> Said:
    return Said(status, [(BAD_REQUEST, message)])


def nothing_found() -> Said:
    return Said(404, [(NOT_FOUND, "No result found")])


def said_of(refused: Refused) -> Said:
    """One of our own refusals in Notify's words."""
    named = [error["pointer"].removeprefix("/") for error in refused.errors]
    status = 400 if refused.status == 422 else refused.status
    match refused.code:
        case "missing_value":
            return bad_request(f"Missing personalisation: {', '.join(named)}")
        case "too_long":
            many = refused.more.get("units", "")
            words = f"Text messages cannot be longer than {UNITS_MAX} characters."
            return bad_request(f"{words} Your message is {many} characters long.")
        case code:
            words = _WORDS.get(code, refused.detail or code.replace("_", " "))
            return bad_request(": ".join(filter(None, [words, ", ".join(named)])), status)


class NotifyRoute(APIRoute):
    """A route whose refusals are Notify's."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def refusing(request: Request) -> Response:
            try:
                return await answer(request)
            except Said as said:
                return said.answer
            except Refused as refused:
                if refused.status >= 500:
                    raise
                return said_of(refused).answer

        return refusing
