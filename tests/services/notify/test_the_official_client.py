"""`notifications-python-client` runs unchanged against us: its whole call set; letters are refused in its words."""

from typing import Any
from uuid import UUID, uuid4

from services.notify.domain.api_key import KeyType
from tests.services.notify.clients import (
    MAIL,
    NUMBER,
    TEXT,
    VALUES,
    Official,
    a_key,
    a_mail_template,
    over_http,
    template_id,
)
from tests.services.notify.phones import COMMUNITY, Phones

MAILED = {"name": "小梅", "link_to_it": "https://example.org/x"}


async def test_a_text_is_sent_read_delivered_and_found_by_its_reference(phones: Phones) -> None:
    key, template = await a_key(phones), await template_id(phones, TEXT)
    async with over_http(phones) as address:
        official = Official(key, address)
        sent = await official.call("send_sms_notification", "138 0000 0077", template, VALUES, reference="mine")
        assert (sent["reference"], sent["template"]["id"], sent["template"]["version"]) == ("mine", template, 1)
        assert sent["content"]["body"].startswith("【南岸妇联】您反映的环境卫生问题")
        assert sent["scheduled_for"] is None
        created = await official.call("get_notification_by_id", sent["id"])
        assert (created["status"], created["phone_number"], created["body"]) == (
            "created",
            NUMBER,
            sent["content"]["body"],
        )
        await phones.send()
        (call,) = phones.provider.calls
        assert (call.number, call.text) == (NUMBER, sent["content"]["body"])
        assert (await official.call("get_notification_by_id", sent["id"]))["status"] == "sending"
        await phones.report(call)
        delivered = await official.call("get_notification_by_id", sent["id"])
        assert (delivered["status"], delivered["cost_details"]["billable_sms_fragments"]) == ("delivered", 2)
        assert delivered["completed_at"].endswith("Z")
        listed = await official.call("get_all_notifications", status="delivered", reference="mine", template_type="sms")
        assert [one["id"] for one in listed["notifications"]] == [sent["id"]]
        assert (await official.call("get_all_notifications", status="created"))["notifications"] == []
        assert await official.call("get_all_notifications", reference="another") == {
            "notifications": [],
            "links": {"current": f"{address}/v2/notifications?reference=another"},
        }


async def test_a_mail_is_taken_with_subject_and_words_made_harmless(phones: Phones) -> None:
    key, template = await a_key(phones), await a_mail_template(phones)
    async with over_http(phones) as address:
        official = Official(key, address)
        sent = await official.call(
            "send_email_notification",
            "Mei@Example.org",
            template,
            MAILED | {"name": "*小梅* https://bad.example"},
            one_click_unsubscribe_url="https://example.org/stop",
            sanitise_content_for=["name"],
        )
        assert (sent["content"]["subject"], sent["sanitised_content"]) == (r"给\*小梅\*的信", {"name": r"\*小梅\*"})
        read = await official.call("get_notification_by_id", sent["id"])
        assert (read["email_address"], read["subject"], read["phone_number"]) == (
            "mei@example.org",
            sent["content"]["subject"],
            None,
        )
        assert (read["type"], read["status"], read["one_click_unsubscribe_url"]) == (
            "email",
            "created",
            "https://example.org/stop",
        )


async def test_pages_are_followed_to_their_end(phones: Phones) -> None:
    key, template = await a_key(phones, KeyType.TEST), await template_id(phones, TEXT)
    async with over_http(phones) as address:
        official = Official(key, address)
        sent = [(await official.call("send_sms_notification", NUMBER, template, VALUES))["id"] for _ in range(4)]
        await phones.service.sql("UPDATE messages SET reference = id::text")
        found = await official.all("get_all_notifications_iterator")
        assert [one["id"] for one in found] == sent[::-1]
        older = await official.call("get_all_notifications", older_than=sent[1])
        assert [one["id"] for one in older["notifications"]] == [sent[0]]
        assert f"older_than={sent[0]}" in older["links"]["next"]


async def test_a_test_key_tries_everything_out_and_nothing_leaves(phones: Phones) -> None:
    template = await template_id(phones, TEXT)
    test_key, normal = await a_key(phones, KeyType.TEST), await a_key(phones)
    ends = {NUMBER: "delivered", "+8612900000001": "temporary-failure", "12900000002": "permanent-failure"}
    async with over_http(phones) as address:
        for key in (test_key, normal):
            official = Official(key, address)
            for number, status in ends.items():
                if key is normal and number == NUMBER:
                    continue
                sent = await official.call("send_sms_notification", number, template, VALUES)
                read = await official.call("get_notification_by_id", sent["id"])
                assert (read["status"], read["body"]) == (status, sent["content"]["body"])
                assert read["cost_details"]["billable_sms_fragments"] == 0
        assert len((await Official(normal, address).call("get_all_notifications"))["notifications"]) == 2
    await phones.send()
    assert phones.provider.calls == []


async def test_templates_are_read_and_previewed(phones: Phones) -> None:
    key, template = await a_key(phones), await template_id(phones, TEXT)
    mail = await a_mail_template(phones)
    async with over_http(phones) as address:
        official = Official(key, address)
        read: dict[str, Any] = await official.call("get_template", template)
        assert (read["name"], read["type"], read["version"]) == (TEXT, "sms", 1)
        assert read["personalisation"] == {"category": {"required": True}, "number": {"required": True}}
        assert await official.call("get_template_version", template, 1) == read
        versions = await official.call("get_all_template_versions", template)
        assert [one["version"] for one in versions["data"]] == [1]
        mails = await official.call("get_all_templates", "email")
        assert MAIL in [one["name"] for one in mails["templates"]]
        assert {one["type"] for one in mails["templates"]} == {"email"}
        everything = (await official.call("get_all_templates"))["templates"]
        assert {MAIL, TEXT} <= {one["name"] for one in everything}
        assert "answer-too-late" not in {one["name"] for one in everything}
        shown = await official.call("post_template_preview", template, VALUES)
        assert (shown["html"], shown["body"][:6]) == (None, "【南岸妇联】"[:6])
        shown = await official.call("post_template_preview", mail, MAILED | {"name": "<b>"})
        assert "&lt;b&gt;" in shown["html"]
        assert "<b>" not in shown["html"]
        assert await official.refused("post_template_preview", template, {"number": "1"}) == (
            400,
            "Missing personalisation: category",
        )
        assert await official.refused("get_template", str(uuid4())) == (404, "No result found")
        assert await official.refused("get_template_version", template, 99) == (404, "No result found")


async def test_received_texts_are_read_page_by_page_and_each_page_is_on_record(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    await phones.text("+8613800000002", "楼道的灯又坏了", "77")
    key = await a_key(phones)
    await phones.service.sql("UPDATE received SET community_id = $1, prompt_id = NULL", COMMUNITY)
    async with over_http(phones) as address:
        (text,) = await Official(key, address).all("get_received_texts_iterator")
    assert (text["content"], text["user_number"], UUID(text["service_id"])) == (
        "楼道的灯又坏了",
        "8613800000002",
        COMMUNITY,
    )
    reads = await phones.service.sql("SELECT * FROM access_log WHERE action = 'received_listed'")
    assert len(reads) == 2
    assert reads[0]["actor"].startswith("api_key:")


async def test_letters_are_refused(phones: Phones) -> None:
    key, template = await a_key(phones, KeyType.TEST), await template_id(phones, TEXT)
    async with over_http(phones) as address:
        official = Official(key, address)
        refused = await official.refused("send_letter_notification", template, {"address_line_1": "x"})
        assert refused == (400, "Service is not allowed to send letters")
        sent = await official.call("send_sms_notification", NUMBER, template, VALUES)
        assert await official.refused("get_pdf_for_letter", sent["id"]) == (400, "Notification is not a letter")
