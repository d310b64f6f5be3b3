"""A form with one file: read whole at the edge, within a bound, and handed on to its owner."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from console.posted import Posted, TooMuch, proved
from console.screen import AnyScreen, Screen

PHOTO_MAX = 10_000_000  # bytes; what tickets takes of one photo or document
SHEET_MAX = 32_000_000  # and of one file to import
AROUND_MAX = 20_000  # what a form's other fields and boundaries take at most
FIELDS_MAX = 20


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The form's words and its file; no bytes when none was chosen."""

    form: Posted
    content: bytes


def uploaded(most: int) -> Callable[[Request, Screen], Awaitable[Uploaded]]:
    """A body that is larger than it may be, or does not say how large it is, is not read."""

    async def read(request: Request, screen: AnyScreen) -> Uploaded:
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > most + AROUND_MAX:
            raise TooMuch
        async with request.form(max_files=1, max_fields=FIELDS_MAX, max_part_size=AROUND_MAX) as form:
            file = form.get("file")
            content = await file.read() if isinstance(file, UploadFile) else b""
            return Uploaded(proved(request, screen, form), content)

    return read


UploadedForm = Annotated[Uploaded, Depends(uploaded(PHOTO_MAX))]
UploadedFile = Annotated[Uploaded, Depends(uploaded(SHEET_MAX))]
