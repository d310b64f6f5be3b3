"""No number, name or text where it may not be: events, facts, logs; what is kept is sealed."""

import logging

import pytest

from services.notify.loops.retention import forget
from tests.services.notify.phones import NUMBERS, REPORTER, Phones

NUMBER = "13912345678"
WORDS = "金丝雀的句子只在这里"


async def everything_stored(phones: Phones) -> str:
    tables = await phones.service.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = []
    for table in tables:
        rows = await phones.service.sql(f'SELECT t::text AS row FROM "{table["tablename"]}" AS t')
        found += [row["row"] for row in rows]
    return "\n".join(found)


async def test_a_canary_is_nowhere_in_the_clear(
    phones: Phones, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(NUMBERS, REPORTER, f"+86{NUMBER}")
    caplog.set_level(logging.DEBUG)
    await phones.follow_up()
    await phones.send()
    await phones.report(phones.provider.calls[0])
    await phones.text(REPORTER, WORDS, ext="01")
    await phones.text(REPORTER, f"4 {WORDS}", ext="01")
    await phones.text(REPORTER, "R", ext="01")
    await phones.send()

    stored, logged = (
        await everything_stored(phones),
        "\n".join(str(r.__dict__) for r in caplog.records if r.name == "yihu"),
    )
    for canary in (NUMBER, NUMBER[3:], WORDS, WORDS.encode().hex(), NUMBER.encode().hex()):
        assert canary not in stored
        assert canary not in logged


async def test_a_text_moved_to_another_row_does_not_open(phones: Phones) -> None:
    await phones.text("+8613900000000", "一")
    await phones.text("+8613900000000", "二")
    first, second = await phones.service.sql("SELECT id, text_enc FROM received ORDER BY at, id")
    await phones.service.sql("UPDATE received SET text_enc = $1 WHERE id = $2", first["text_enc"], second["id"])
    tickets = phones.service.as_service("tickets")
    assert (await tickets.get(f"/internal/received/{first['id']}")).status_code == 200
    assert (await tickets.get(f"/internal/received/{second['id']}")).status_code == 500


async def test_the_sent_text_is_kept_sealed_under_its_recipient_s_key(phones: Phones) -> None:
    await phones.assigned()
    await phones.send()
    (message,) = await phones.messages()
    (wrapped,) = await phones.service.sql("SELECT wrapped FROM data_keys")
    sealing = phones.service.running.sealing
    text = sealing.unseal(
        message["body_enc"], key=sealing.unwrap(wrapped["wrapped"]), aad=f"messages.body:{message['id']}"
    )
    assert text.startswith("【南岸妇联】物业管理有新的环境卫生工单")


async def test_words_are_destroyed_when_their_time_is_over_and_not_before(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    await phones.report(phones.provider.calls[0])
    await phones.text(REPORTER, WORDS)
    tickets, (text,) = phones.service.as_service("tickets"), await phones.service.sql("SELECT id FROM received")

    async def words_kept() -> tuple[int, int]:
        (kept,) = await phones.service.sql(
            "SELECT (SELECT count(*) FROM messages WHERE template = 'case-follow-up' AND body_enc IS NOT NULL) AS sent,"
            " (SELECT count(*) FROM received WHERE text_enc <> '') AS received"
        )
        return kept["sent"], kept["received"]

    await phones.service.sql("UPDATE clock SET shift = shift + interval '29 days'")
    await forget(phones.service.running)
    assert await words_kept() == (1, 1)
    await phones.service.sql("UPDATE clock SET shift = shift + interval '2 days'")
    await forget(phones.service.running)
    assert await words_kept() == (0, 1)
    assert (await tickets.get(f"/internal/received/{text['id']}")).status_code == 200
    await phones.service.sql("UPDATE clock SET shift = shift + interval '60 days'")
    await forget(phones.service.running)
    assert await words_kept() == (0, 0)
    gone = await tickets.get(f"/internal/received/{text['id']}")
    assert (gone.status_code, gone.json()["code"]) == (410, "words_gone")
