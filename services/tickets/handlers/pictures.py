"""What is kept of an upload: a picture is written anew, a document stays as it came."""

from dataclasses import dataclass

from chassis.pictures import written_anew
from services.tickets.domain.attachment import PDF, media_type


@dataclass(frozen=True, slots=True)
class Cleaned:
    content: bytes
    media_type: str
    width: int | None = None
    height: int | None = None


async def cleaned(content: bytes) -> Cleaned:
    """Refused (415) when it is not what it seems."""
    found = media_type(content)
    if found == PDF:
        return Cleaned(content, found)
    picture = await written_anew(content, found)
    return Cleaned(picture.content, found, picture.width, picture.height)
