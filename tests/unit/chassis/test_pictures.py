"""A picture is only its pixels: upright, without a word of camera and place, and never larger than it may be."""

import asyncio
import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from chassis.pictures import FORMATS, PIXELS_MAX, Picture, written_anew
from chassis.refused import Refused


def a_picture(
    media_type: str = "image/jpeg", size: tuple[int, int] = (40, 20), mode: str = "RGB", **save: Any
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, FORMATS[media_type], **save)
    return out.getvalue()


def anew(content: bytes, media_type: str = "image/jpeg") -> Picture:
    return asyncio.run(written_anew(content, media_type))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def a_png_that_says_it_is(width: int, height: int) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("media_type", FORMATS)
def test_camera_place_and_what_is_appended_are_gone(media_type: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "canary-camera"
    exif.get_ifd(0x8825)[1] = "N"
    kept = anew(a_picture(media_type, exif=exif) + b"canary-appended", media_type)
    assert b"canary" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as image:
        assert image.format == FORMATS[media_type]
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background"}


def test_a_picture_taken_with_the_camera_turned_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = anew(a_picture(exif=exif))
    assert (kept.width, kept.height) == (20, 40)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "I;16"])
def test_a_picture_with_another_kind_of_pixels_is_kept(mode: str) -> None:
    assert (anew(a_picture("image/png", mode=mode), "image/png")).width == 40


def test_an_enormous_picture_in_a_small_file_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(Refused, match=r"^picture_too_large$") as refused:
        anew(a_png_that_says_it_is(PIXELS_MAX // 1_000 + 1, 1_000), "image/png")
    assert refused.value.status == 415


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8\xff", a_picture(size=(400, 400))[:300], a_picture("image/png"), b"GIF89a" + b"\0" * 99]
)
def test_what_is_no_picture_of_its_kind_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match=r"^picture_unreadable$"):
        anew(content)
