"""Photographs and documents: what is kept of them, who sees them, and what is refused before anything is stored."""

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image

from services.tickets.domain.attachment import BYTES_MAX
from services.tickets.settings import TicketsSettings
from tests.services.tickets.community import Community

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), seed: int = 0, **save: Any) -> bytes:
    image = Image.new("RGB", size, (seed % 256, 120, 200))
    image.putpixel((0, 0), (255, 0, 0))
    out = io.BytesIO()
    image.save(out, kind, **save)
    return out.getvalue()


def with_exif() -> bytes:
    """Taken with the camera turned, at a known place."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "CANARY-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif)


def blobs(here: Community) -> list[Path]:
    root = Path(TicketsSettings.of(here.service.running.settings).blobs_dir)
    return [path for path in root.rglob("*") if path.is_file()]


async def uploads(here: Community, content: bytes, person: UUID | None = None) -> httpx.Response:
    return await here.of(person or here.resident).post("/v1/attachments", content=content)


async def uploaded(here: Community, content: bytes | None = None, person: UUID | None = None) -> dict[str, Any]:
    answer = await uploads(here, content or picture(), person)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
async def test_a_photograph_is_kept_and_shown_to_those_on_the_case(here: Community, kind: str, media_type: str) -> None:
    photo = await uploaded(here, picture(kind))
    assert (photo["media_type"], photo["width"], photo["height"]) == (media_type, 40, 20)
    filed = await here.files(attachments=[photo["id"]])
    for person, status in ((here.resident, 200), (here.leader, 200), (here.operator, 200), (here.help_leader, 403)):
        shown = await here.of(person).get(f"/v1/attachments/{photo['id']}")
        assert shown.status_code == status
    shown = await here.of(here.leader).get(f"/v1/attachments/{photo['id']}")
    assert shown.headers["content-type"] == media_type
    assert shown.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in shown.headers["content-security-policy"]
    listed = (await here.of(here.leader).get(f"/v1/tickets/{filed['id']}/attachments")).json()["items"]
    assert [each["id"] for each in listed] == [photo["id"]]


async def test_a_photograph_stands_upright_and_says_nothing_of_camera_and_place(here: Community) -> None:
    photo = await uploaded(here, with_exif())
    assert (photo["width"], photo["height"]) == (20, 40)
    content = (await here.of(here.resident).get(f"/v1/attachments/{photo['id']}")).content
    assert b"CANARY" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert dict(image.getexif()) == {}


async def test_what_is_appended_is_gone(here: Community) -> None:
    photo = await uploaded(here, picture() + b"CANARY" * 100)
    content = (await here.of(here.resident).get(f"/v1/attachments/{photo['id']}")).content
    assert b"CANARY" not in content


async def test_the_same_bytes_are_kept_once(here: Community) -> None:
    before = len(blobs(here))
    one, other = await uploaded(here, picture(seed=1)), await uploaded(here, picture(seed=1))
    assert one["sha256"] == other["sha256"]
    assert len(blobs(here)) == before + 1


# Refused ---------------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 50,000 by 50,000."""
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A PNG whose comment unpacks to hundreds of megabytes."""
    plain = picture("PNG")
    comment = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 200_000_000))
    return plain[:33] + comment + plain[33:]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.html", "x")
    return out.getvalue()


REFUSED = {
    "empty": b"",
    "a picture of 2,500 megapixels": bomb(),
    "a comment that unpacks without end": text_bomb(),
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "HTML as .jpg": b"<!doctype html><script>alert(1)</script>",
    "HTML behind a JPEG's first bytes": b"\xff\xd8\xff\xe0" + b"<html><script>alert(1)</script></html>",
    "a JPEG with a page at its end": picture() + b"<html><body onload=alert(1)>",
    "a JPEG that is an archive too": picture() + archive(),
    "a PNG that is a document too": picture("PNG")[:33] + b"%PDF-1.4" + picture("PNG")[33:],
    "a GIF": b"GIF89a" + b"\0" * 100,
    "HEIC": b"\0\0\0\x18ftypheic" + b"\0" * 100,
    "half a JPEG": picture(size=(400, 400))[:300],
    "an archive": archive(),
    "PDF from a resident": PDF,
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_is_no_photograph_is_refused_and_nothing_is_stored(here: Community, what: str) -> None:
    before = len(blobs(here))
    answer = await uploads(here, REFUSED[what])
    assert answer.status_code == 415, answer.text
    assert len(blobs(here)) == before
    assert await here.service.sql("SELECT 1 FROM attachments") == []


async def test_more_than_ten_megabytes_are_refused_and_nothing_is_stored(here: Community) -> None:
    before = len(blobs(here))
    assert (await uploads(here, picture() + b"\0" * BYTES_MAX)).status_code == 413
    assert len(blobs(here)) == before
    assert await here.service.sql("SELECT 1 FROM attachments") == []
    assert (await uploads(here, picture() + b"\0" * 2_000_000)).status_code == 201


async def test_a_large_body_is_taken_at_this_door_only(here: Community) -> None:
    body = {"description": "x" * 1_100_000, "building_id": str(here.building)}
    assert (await here.of(here.resident).post("/v1/tickets", json=body)).status_code == 413


async def test_staff_attach_documents(here: Community) -> None:
    document = await uploaded(here, PDF, here.leader)
    assert document["media_type"] == "application/pdf"
    filed = await here.files()
    url = f"/v1/tickets/{filed['id']}/attachments"
    assert (await here.of(here.leader).post(url, json={"attachment_ids": [document["id"]]})).status_code == 200
    refused = await here.of(here.operator).post(f"/v1/attachments/{document['id']}:release", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "only_pictures_are_released")


async def test_a_resident_gives_nine_a_round_and_a_ticket_holds_forty(here: Community) -> None:
    photos = [(await uploaded(here, picture(seed=n)))["id"] for n in range(10)]
    filed = await here.files(attachments=photos[:9])
    url = f"/v1/tickets/{filed['id']}/attachments"
    refused = await here.of(here.resident).post(url, json={"attachment_ids": photos[9:]})
    assert (refused.status_code, refused.json()["code"]) == (422, "too_many_attachments")
    more = [(await uploaded(here, picture(seed=n), here.leader))["id"] for n in range(32)]
    assert (await here.of(here.leader).post(url, json={"attachment_ids": more})).status_code == 422
    assert (await here.of(here.leader).post(url, json={"attachment_ids": more[:31]})).status_code == 200


async def test_nobody_attaches_what_another_uploaded_or_twice(here: Community) -> None:
    photo = await uploaded(here)
    body = {"description": "x", "building_id": str(here.building), "attachments": [photo["id"]]}
    assert (await here.of(here.operator).post("/v1/tickets", json=body)).status_code == 404
    assert (await here.of(here.resident).post("/v1/tickets", json=body)).status_code == 201
    assert (await here.of(here.resident).post("/v1/tickets", json=body)).status_code == 409
    assert len(await here.service.sql("SELECT 1 FROM tickets")) == 1


# Shown and taken away --------------------------------------------------------------------------------------------


async def test_a_photograph_is_public_only_while_an_operator_says_so(here: Community) -> None:
    photo = await uploaded(here)
    url = f"/v1/attachments/{photo['id']}"
    everybody = here.service.client()
    assert (await everybody.get(url)).status_code == 404
    await here.files(attachments=[photo["id"]])
    assert (await everybody.get(url)).status_code == 404
    assert (await here.of(here.leader).post(f"{url}:release", json={})).status_code == 403
    assert (await here.of(here.operator).post(f"{url}:release", json={})).json()["released"] is True
    assert (await everybody.get(url)).status_code == 200
    await here.of(here.operator).post(f"{url}:withhold", json={})
    assert (await everybody.get(url)).status_code == 404


async def test_what_the_desk_removes_is_gone_unless_another_case_has_it(here: Community) -> None:
    content = picture(seed=7)
    photo, same = await uploaded(here, content), await uploaded(here, content)
    await here.files(attachments=[photo["id"]])
    await here.files(attachments=[same["id"]])
    before = len(blobs(here))
    for each, left in ((photo, before), (same, before - 1)):
        url = f"/v1/attachments/{each['id']}"
        assert (await here.of(here.operator).post(f"{url}:remove", json={"reason": "有人脸"})).status_code == 200
        await here.service.fire()
        assert (await here.of(here.operator).get(url)).status_code == 404
        assert len(blobs(here)) == left


async def test_what_nobody_attached_is_swept_after_a_day(here: Community) -> None:
    before = len(blobs(here))
    kept, orphan = await uploaded(here, picture(seed=200)), await uploaded(here, picture(seed=201))
    await here.files(attachments=[kept["id"]])
    await here.service.advance(hours=23)
    assert len(blobs(here)) == before + 2
    await here.service.advance(hours=2)
    assert len(blobs(here)) == before + 1
    assert (await here.of(here.resident).get(f"/v1/attachments/{orphan['id']}")).status_code == 404
    assert (await here.of(here.resident).get(f"/v1/attachments/{kept['id']}")).status_code == 200


async def test_a_photograph_without_a_word_is_a_draft_that_the_desk_confirms(here: Community) -> None:
    photo = await uploaded(here, picture())
    filed = await here.files(description="", attachments=[photo["id"]])
    assert (filed["state"], filed["group_id"]) == ("draft", None)
    confirmed = await here.move(here.operator, filed, "confirm", category="sanitation")
    assert confirmed["state"] == "assigned"
    body = {"description": "", "building_id": str(here.building), "category": "sanitation"}
    refused = await here.of(here.resident).post("/v1/tickets", json=body)
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/description"]


async def test_photographs_go_along_with_a_split(here: Community) -> None:
    photos = [(await uploaded(here, picture(seed=n)))["id"] for n in (10, 11)]
    filed = await here.files(attachments=photos)
    await here.move(here.operator, filed, "split", description="灯坏了", attachments=photos[:1])
    (told,) = await here.service.data("tickets.ticket_split.v1")
    listed = (await here.of(here.operator).get(f"/v1/tickets/{told['other_id']}/attachments")).json()["items"]
    assert len(listed) == 1
    assert listed[0]["id"] not in photos


async def test_an_unknown_photograph_is_not_there(here: Community) -> None:
    assert (await here.of(here.operator).get(f"/v1/attachments/{uuid4()}")).status_code == 404
