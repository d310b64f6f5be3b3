"""A document's type is read from its bytes, and what a camera wrote into it is gone."""

import asyncio
import hashlib
import io

import pytest
from PIL import Image

from chassis.refused import Refused
from services.funds.domain.document import SIZE_MAX, Document
from services.funds.handlers.documents import cleaned

PDF = b"%PDF-1.4\n%%EOF\n"


def picture(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "canary-camera"
    out = io.BytesIO()
    Image.new("RGB", (30, 20), (200, 10, 10)).save(out, kind, exif=exif)
    return out.getvalue() + b"canary-appended"


PNG, JPEG = picture("PNG"), picture("JPEG")


def kept(content: bytes, stated_sha256: str | None = None) -> Document:
    return asyncio.run(cleaned(content, stated_sha256=stated_sha256))


@pytest.mark.parametrize(
    ("content", "media_type"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")]
)
def test_the_type_is_read_from_the_bytes_and_metadata_is_gone(content: bytes, media_type: str) -> None:
    document = kept(content, hashlib.sha256(content).hexdigest().upper())
    assert document.media_type == media_type
    assert b"canary" not in document.content
    assert document.sha256 == hashlib.sha256(document.content).hexdigest()


@pytest.mark.parametrize("content", [PNG, JPEG])
def test_a_picture_stays_a_picture(content: bytes) -> None:
    with Image.open(io.BytesIO(kept(content).content)) as image:
        assert image.size == (30, 20)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ\x90",
        b"%PDF-1.4 cut",
        PNG[:40],
        JPEG[:60],
        b"\xff\xd8\xff",
    ],
)
def test_another_type_or_a_damaged_file_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match=r"^type_not_allowed$") as refused:
        kept(content)
    assert refused.value.status == 422


def test_a_file_that_is_not_what_its_sender_says_is_refused() -> None:
    with pytest.raises(Refused, match=r"^hash_mismatch$"):
        kept(PDF, "0" * 64)


def test_a_file_above_the_limit_is_refused() -> None:
    with pytest.raises(Refused, match=r"^too_large$") as refused:
        kept(PDF + b"\0" * SIZE_MAX)
    assert refused.value.status == 413
