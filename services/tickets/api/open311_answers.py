"""XML and JSON of the Open311 door, made from one mapping; and its errors, which are lists."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, tostring  # nothing is parsed here

import msgspec
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from chassis.refused import Refused
from services.tickets.domain.open311 import SINGULAR
from services.tickets.domain.open311_form import Fault, Faults

FORMATS = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
_PASSED_ON = frozenset({403, 404, 413, 415, 429, 503})


def answered(
    format_: str, name: str, content: Any, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """`content` under the root `name`: a mapping, or a list whose members take the singular."""
    body = as_xml(name, content) if format_ == "xml" else msgspec.json.encode(content)
    return Response(body, status, (headers or {}) | {"Cache-Control": "no-store"}, FORMATS[format_])


def as_xml(name: str, content: Any) -> bytes:
    written: bytes = tostring(_element(name, content), encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + written


def _element(name: str, content: Any) -> Element:
    made = Element(name)
    if isinstance(content, Mapping):
        for key, value in content.items():
            made.append(_element(key, value))
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for value in content:
            made.append(_element(SINGULAR[name], value))
    else:
        made.text = plain(content)
    return made


def plain(value: Any) -> str | None:
    """How a value stands between two tags."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def refused(format_: str, faults: Faults) -> Response:
    told = [{"code": str(fault.status), "description": fault.description} for fault in faults.faults]
    headers = {"Retry-After": str(faults.retry_after)} if faults.retry_after else None
    return answered(format_, "errors", told, faults.status, headers)


def format_of(path: str) -> str:
    """What the path asks for; errors of a path that asks for nothing known are JSON."""
    return "xml" if path.endswith(".xml") else "json"


class Door(APIRoute):
    """A route whose every refusal is a list of {code, description} in the format asked for."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answering(request: Request) -> Response:
            try:
                _only_text(request)
                return await handle(request)
            except (Faults, Refused, RequestValidationError, HTTPException) as error:
                return refused(format_of(request.url.path), _faults(error))

        return answering


def _only_text(request: Request) -> None:
    if "\0" in request.url.path or any("\0" in value for value in request.query_params.values()):
        raise Faults(Fault(400, "the address has characters that are no text"))


def _faults(error: Exception) -> Faults:
    if isinstance(error, Faults):
        return error
    if isinstance(error, Refused):
        status = error.status if error.status in _PASSED_ON else 400
        return Faults(Fault(status, error.code.replace("_", " ")), retry_after=error.retry_after)
    if isinstance(error, HTTPException):
        return Faults(Fault(error.status_code if error.status_code in _PASSED_ON else 400, str(error.detail)))
    assert isinstance(error, RequestValidationError)
    return Faults(*(Fault(400, f"{fault['loc'][-1]}: {fault['msg']}") for fault in error.errors()))
