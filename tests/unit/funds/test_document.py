"""A document's type is read from its bytes, and what a camera wrote into it is gone."""

import hashlib
import struct
import zlib

import pytest

from chassis.refused import Refused
from services.funds.domain.document import SIZE_MAX, accepted

PDF = b"%PDF-1.4\n%%EOF\n"


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


PNG = b"\x89PNG\r\n\x1a\n" + b"".join(
    (
        chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        chunk(b"tEXt", b"Author\0canary-author"),
        chunk(b"eXIf", b"canary-place"),
        chunk(b"IDAT", zlib.compress(b"\0\0")),
        chunk(b"IEND", b""),
    )
)


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


JPEG = b"\xff\xd8" + b"".join(
    (
        segment(0xE0, b"JFIF\0"),
        segment(0xE1, b"Exif\0\0canary-place"),
        segment(0xFE, b"canary-comment"),
        segment(0xDB, b"\0" * 65),
        b"\xff\xda\x00\x02scan\xff\xd9",
    )
)


@pytest.mark.parametrize(
    ("content", "media_type"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")]
)
def test_the_type_is_read_from_the_bytes_and_metadata_is_gone(content: bytes, media_type: str) -> None:
    document = accepted(content, stated_sha256=hashlib.sha256(content).hexdigest().upper())
    assert document.media_type == media_type
    assert b"canary" not in document.content
    assert document.sha256 == hashlib.sha256(document.content).hexdigest()


def test_a_picture_stays_a_picture() -> None:
    kept = accepted(PNG, stated_sha256=None).content
    assert kept.count(b"IHDR") == kept.count(b"IDAT") == kept.count(b"IEND") == 1
    assert accepted(JPEG, stated_sha256=None).content.endswith(b"scan\xff\xd9")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ\x90",
        b"%PDF-1.4 cut",
        PNG[:40],
        JPEG[:12],
        b"\xff\xd8\xff",
    ],
)
def test_another_type_or_a_damaged_file_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match=r"^type_not_allowed$") as refused:
        accepted(content, stated_sha256=None)
    assert refused.value.status == 422


def test_a_file_that_is_not_what_its_sender_says_is_refused() -> None:
    with pytest.raises(Refused, match=r"^hash_mismatch$"):
        accepted(PDF, stated_sha256="0" * 64)


def test_a_file_above_the_limit_is_refused() -> None:
    with pytest.raises(Refused, match=r"^too_large$") as refused:
        accepted(PDF + b"\0" * SIZE_MAX, stated_sha256=None)
    assert refused.value.status == 413
