"""A picture is decoded, turned upright and written anew: what it said of the camera and the place is gone."""

import asyncio
import io
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from chassis.refused import Refused

FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
PIXELS_MAX: Final = 50_000_000
JPEG_QUALITY: Final = 88
AT_ONCE: Final = 2  # fifty megapixels decoded are 200 MB
_places = asyncio.Semaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels and nothing else, in the format they came in."""

    content: bytes
    width: int
    height: int


async def written_anew(content: bytes, media_type: str) -> Picture:
    """The picture without its metadata and what was appended; refused (415) when it is none, or an enormous one."""
    async with _places:
        return await asyncio.to_thread(_anew, content, FORMATS[media_type])


def _anew(content: bytes, format: str) -> Picture:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[format]) as image:
                _check_pixels(*image.size)
                return _written(ImageOps.exif_transpose(image), format)
    except Refused:
        raise
    except Exception as error:  # a decoder fails in many ways; none of them may be ours
        raise Refused("picture_unreadable", status=415) from error


def _check_pixels(width: int, height: int) -> None:
    """Before a picture is decoded: a small file can hold an enormous one."""
    if width * height > PIXELS_MAX:
        raise Refused("picture_too_large", status=415, pixels_max=PIXELS_MAX)


def _written(image: Image.Image, format: str) -> Picture:
    mode = "RGB" if format == "JPEG" or image.mode not in ("RGBA", "LA", "PA", "P") else "RGBA"
    bare = Image.new(mode, image.size)
    bare.paste(image.convert(mode))
    out = io.BytesIO()
    bare.save(out, format, quality=JPEG_QUALITY)
    return Picture(out.getvalue(), *bare.size)
