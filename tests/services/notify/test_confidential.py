"""A text that answers words which say nothing: sealed apart, handed over as confidential, shown in no list."""

from typing import Any
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from tests.services.notify.phones import COMMUNITY, LEADER, Phones


async def nudged(phones: Phones) -> None:
    await phones.service.apply("tickets.counsellor_nudged.v1", {"person_ids": [LEADER]}, community=COMMUNITY)
    await phones.send()
    assert [c.template_code for c in phones.provider.calls] == ["SMS_neutral"]


async def received(phones: Phones) -> Any:
    (row,) = await phones.service.sql("SELECT * FROM received")
    return row


async def test_it_is_handed_over_as_confidential_and_opened_by_its_own_key_only(phones: Phones) -> None:
    await nudged(phones)
    await phones.text(LEADER, "她今晚又没回家")
    row = await received(phones)
    (told,) = await phones.service.data("notify.text_received.v1")
    assert (told["confidential"], told["hints"]) == (True, [])
    words = (await phones.service.as_service("tickets").get(f"/internal/received/{row['id']}")).json()
    assert (words["confidential"], words["text"]) == (True, "她今晚又没回家")

    sealing = phones.service.running.sealing
    (key,) = await phones.service.sql("SELECT wrapped FROM data_keys WHERE recipient_key = $1", row["recipient_key"])
    with pytest.raises(InvalidTag):
        sealing.unseal(row["text_enc"], key=sealing.unwrap(key["wrapped"]), aad=f"received.text:{row['id']}")


async def test_it_stands_in_no_list_and_no_member_of_staff_opens_it(phones: Phones) -> None:
    await nudged(phones)
    await phones.text(LEADER, "她今晚又没回家")
    row = await received(phones)
    for role in ("operator", "message_manager"):
        staff = await phones.service.person(grants=[(role, "area", COMMUNITY)])
        assert (await staff.get("/v1/received")).json()["items"] == []
        assert (await staff.get(f"/v1/received/{row['id']}")).status_code == 404
        assert (await staff.post(f"/v1/received/{row['id']}:hand-over", json={})).status_code == 404


async def test_after_another_text_of_ours_it_is_words_like_any(phones: Phones) -> None:
    await nudged(phones)
    await phones.service.advance(minutes=1)
    await phones.assigned(uuid4())
    await phones.send()
    await phones.text(LEADER, "楼道灯坏了")
    (told,) = await phones.service.data("notify.text_received.v1")
    assert told["confidential"] is False
    staff = await phones.service.person(grants=[("operator", "area", COMMUNITY)])
    assert len((await staff.get("/v1/received")).json()["items"]) == 1
