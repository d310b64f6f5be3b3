"""A form with one file: read whole at the edge, within a bound, and handed on to its owner."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from console.posted import Posted, TooMuch, proved
from console.screen import AnyScreen

FILE_MAX = 10_000_000  # bytes; what tickets takes of one file
AROUND_MAX = 20_000  # what a form's other fields and boundaries take at most
FIELDS_MAX = 20


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The form's words and its file; no bytes when none was chosen."""

    form: Posted
    content: bytes


async def uploaded(request: Request, screen: AnyScreen) -> Uploaded:
    """A body that is larger than it may be, or does not say how large it is, is not read."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > FILE_MAX + AROUND_MAX:
        raise TooMuch
    async with request.form(max_files=1, max_fields=FIELDS_MAX, max_part_size=AROUND_MAX) as form:
        file = form.get("file")
        content = await file.read() if isinstance(file, UploadFile) else b""
        return Uploaded(proved(request, screen, form), content)


UploadedForm = Annotated[Uploaded, Depends(uploaded)]
