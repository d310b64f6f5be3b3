"""A picture is decoded, turned upright and written anew: what it said of the camera and the place is gone."""

import asyncio
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from chassis.refused import Refused
from services.tickets.domain.attachment import PDF, check_pixels, media_type

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
JPEG_QUALITY = 88
AT_ONCE = 2  # fifty megapixels decoded are 200 MB
_places = asyncio.Semaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Cleaned:
    content: bytes
    media_type: str
    width: int | None = None
    height: int | None = None


async def cleaned(content: bytes) -> Cleaned:
    """What is kept of an upload; refused (415) when it is not what it seems. A document is kept as it came."""
    found = media_type(content)
    if found == PDF:
        return Cleaned(content, found)
    async with _places:
        return await asyncio.to_thread(_anew, content, found)


def _anew(content: bytes, found: str) -> Cleaned:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[FORMATS[found]]) as image:
                check_pixels(*image.size)
                return _written(ImageOps.exif_transpose(image), found)
    except Refused:
        raise
    except Exception as error:  # a decoder fails in many ways; none of them may be ours
        raise Refused("picture_unreadable", status=415) from error


def _written(image: Image.Image, found: str) -> Cleaned:
    mode = "RGB" if found == "image/jpeg" or image.mode not in ("RGBA", "LA", "PA", "P") else "RGBA"
    bare = Image.new(mode, image.size)
    bare.paste(image.convert(mode))
    out = io.BytesIO()
    bare.save(out, FORMATS[found], quality=JPEG_QUALITY)
    return Cleaned(out.getvalue(), found, *bare.size)
