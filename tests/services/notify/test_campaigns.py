"""Campaigns: loaded from a file, checked, agreed to by another person, started as shown, stopped, never sent twice."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from chassis import transaction as transactions
from services.notify.domain.outcome import Accepted, RefusalClass, RefusedBy
from services.notify.handlers import campaign_rows
from services.notify.loops.loader import look
from services.notify.store import campaigns
from tests.services.notify.clients import TEXT
from tests.services.notify.phones import COMMUNITY, REPORTER, Phones
from tests.services.notify.test_templates import a_live

URL = "/v1/campaigns"
HEAD = "address,category,number"


def table(many: int, first: int = 0) -> str:
    lines = [f"138{first + n:08},环境卫生,{first + n}" for n in range(many)]
    return "\n".join([HEAD, *lines])


@dataclass
class Run:
    """One campaign, and the two people who move it."""

    phones: Phones
    manager: httpx.AsyncClient
    secretary: httpx.AsyncClient
    id: str

    @classmethod
    async def of(cls, phones: Phones, template: str = TEXT) -> "Run":
        manager = await phones.service.person(grants=[("message_manager", "area", COMMUNITY)])
        secretary = await phones.service.person(grants=[("secretary", "area", COMMUNITY)])
        body = {"name": "停水通知", "community_id": str(COMMUNITY), "template": template}
        made = await manager.post(URL, json=body)
        assert made.status_code == 201, made.text
        return cls(phones, manager, secretary, made.json()["id"])

    async def rows(self, body: str | bytes, kind: str = "text/csv") -> httpx.Response:
        content = body if isinstance(body, bytes) else body.encode()
        return await self.manager.post(f"{URL}/{self.id}/rows", content=content, headers={"Content-Type": kind})

    async def loaded(self, body: str | bytes, kind: str = "text/csv") -> dict[str, Any]:
        answer = await self.rows(body, kind)
        assert answer.status_code == 202, answer.text
        await self.steps()
        return await self.shown()

    async def steps(self) -> None:
        while await look(self.phones.service.running):
            pass

    async def shown(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.manager.get(f"{URL}/{self.id}")).json()
        return found

    async def act(self, verb: str, by: httpx.AsyncClient | None = None, **body: Any) -> httpx.Response:
        return await (by or self.manager).post(f"{URL}/{self.id}:{verb}", json=body)

    async def start(self) -> None:
        shown = await self.shown()
        answer = await self.act("start", recipients=shown["recipients"], billable=shown["billable"])
        assert answer.status_code == 200, answer.text

    async def faults(self) -> list[dict[str, Any]]:
        return list((await self.manager.get(f"{URL}/{self.id}/rows")).json()["items"])

    def numbers(self) -> list[str]:
        return [call.number for call in self.phones.provider.calls]


async def sent_all(run: Run) -> None:
    """Rows to messages to the provider, until nothing is due."""
    sender = run.phones.sender
    recording = asyncio.create_task(sender._recording())
    while await look(run.phones.service.running) or await sender.send_due():
        await sender.finish()
    recording.cancel()


def expected(many: int) -> Counter[str]:
    return Counter(f"+86138{n:08}" for n in range(many))


async def types(phones: Phones) -> list[str]:
    return [event.type for event in await phones.service.events()]


async def test_a_campaign_is_loaded_started_sent_and_over(phones: Phones) -> None:
    run = await Run.of(phones)
    shown = await run.loaded(table(12))
    assert (shown["state"], shown["recipients"], shown["needs_approval"]) == ("ready", 12, False)
    assert phones.provider.calls == []
    await run.start()
    await sent_all(run)
    assert Counter(run.numbers()) == expected(12)
    assert "环境卫生" in phones.provider.calls[0].text
    assert (await run.shown())["state"] == "finished"
    assert (await run.shown())["counts"] == {"submitted": 12}
    billed = await phones.service.sql("SELECT sum(billable) AS parts FROM messages")
    assert billed[0]["parts"] == shown["billable"]
    assert await types(phones) == ["notify.campaign_started.v1", "notify.campaign_finished.v1"]


async def test_people_are_reached_without_a_number_in_the_file(phones: Phones) -> None:
    run = await Run.of(phones)
    line = {"person_id": str(REPORTER), "category": "绿化", "number": "7"}
    await run.loaded(json.dumps(line), "application/x-ndjson")
    await run.start()
    await sent_all(run)
    (call,) = phones.provider.texts_to(REPORTER)
    assert "绿化" in call.text


async def test_numbers_and_values_lie_sealed_and_are_gone_when_it_is_over(phones: Phones) -> None:
    run = await Run.of(phones)
    await run.loaded(table(3))
    for name in ("campaign_rows", "campaigns", "once_request"):
        for row in await phones.service.sql(f"SELECT t::text AS line FROM {name} t"):
            assert "13800000001" not in row["line"]
            assert "环境卫生" not in row["line"]
    assert (await run.act("cancel")).json()["state"] == "cancelled"
    assert await phones.service.sql("SELECT FROM data_keys") == []


async def test_faulty_rows_are_named_and_the_others_go(phones: Phones) -> None:
    body = f"{HEAD},生日\n13800000000,a,1,x\n1380000000,a,1,x\n13800000000,a,1,x\n13800000002,,1,x\n13800000003,【,1,x"
    run = await Run.of(phones)
    read = (await run.rows(body)).json()
    assert (read["rows"], read["bad"], read["duplicates"], read["unknown_columns"]) == (5, 1, 1, ["生日"])
    await run.steps()
    shown = await run.shown()
    assert (shown["recipients"], shown["bad"], shown["duplicates"]) == (1, 3, 1)
    assert [(f["number"], f["state"], f["column"], f["error"]) for f in await run.faults()] == [
        (2, "bad", "address", "too_short"),
        (3, "duplicate", "address", "same_number"),
        (4, "bad", "category", "missing_value"),
        (5, "bad", "category", "bracket_in_value"),
    ]
    await run.start()
    await sent_all(run)
    assert run.numbers() == ["+8613800000000"]


@pytest.mark.parametrize("coded", ["utf-8-sig", "gb18030"])
async def test_a_spreadsheets_file_is_read(phones: Phones, coded: str) -> None:
    run = await Run.of(phones)
    shown = await run.loaded(table(2).replace("\n", "\r").encode(coded))
    assert shown["recipients"] == 2


BAD: list[tuple[str | bytes, str, int, str]] = [
    (table(1), "application/json", 415, "content_type_unknown"),
    ("category\nx", "text/csv", 422, "columns_invalid"),
    (HEAD, "text/csv", 422, "no_rows"),
    ("\n", "application/x-ndjson", 422, "no_rows"),
    (b"address\n\xff\xff\xff", "text/csv", 422, "file_unreadable"),
    (b"x" * (32 * 1024 * 1024 + 1), "text/csv", 413, "too_large"),
]


@pytest.mark.parametrize(("body", "kind", "status", "code"), BAD)
async def test_a_bad_file_changes_nothing(phones: Phones, body: str | bytes, kind: str, status: int, code: str) -> None:
    run = await Run.of(phones)
    answer = await run.rows(body, kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await phones.service.sql("SELECT FROM campaign_rows") == []
    assert (await run.loaded(table(1)))["recipients"] == 1


async def test_200_001_rows_are_refused(phones: Phones) -> None:
    run = await Run.of(phones)
    answer = await run.rows("{}\n" * 200_001, "application/x-ndjson")
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_rows")
    assert await phones.service.sql("SELECT FROM campaign_rows") == []


async def test_a_campaign_takes_one_file_and_one_key_one_effect(phones: Phones) -> None:
    run = await Run.of(phones)
    headers = {"Content-Type": "text/csv", "Idempotency-Key": "k"}
    first, again = [await run.manager.post(f"{URL}/{run.id}/rows", content=table(2), headers=headers) for _ in range(2)]
    assert (first.status_code, first.content) == (202, again.content)
    other = await run.rows(table(1))
    assert (other.status_code, other.json()["code"]) == (409, "cannot_load_when_loading")


async def test_more_than_500_need_another_person_and_sql_refuses_too(phones: Phones) -> None:
    run = await Run.of(phones)
    shown = await run.loaded(table(501))
    assert shown["needs_approval"]
    counts = {"recipients": 501, "billable": shown["billable"]}
    assert (await run.act("start", **counts)).json()["code"] == "approval_needed"
    with pytest.raises(asyncpg.CheckViolationError):
        await phones.service.sql("UPDATE campaigns SET state = 'running'")
    with pytest.raises(asyncpg.CheckViolationError):
        await phones.service.sql("UPDATE campaigns SET approved_by = created_by")
    assert (await run.act("approve", run.secretary)).json()["state"] == "approved"
    assert (await run.act("start", **counts)).status_code == 200


async def test_nobody_approves_her_own(phones: Phones) -> None:
    both = uuid4()
    grants = [("message_manager", "area", COMMUNITY), ("secretary", "area", COMMUNITY)]
    run = await Run.of(phones)
    run.manager = await phones.service.person(both, grants=grants)
    body = {"name": "x", "community_id": str(COMMUNITY), "template": TEXT}
    run.id = (await run.manager.post(URL, json=body)).json()["id"]
    await run.loaded(table(1))
    answer = await run.act("approve")
    assert (answer.status_code, answer.json()["code"]) == (409, "two_people")


async def test_a_promotion_needs_another_person_and_those_without_consent_are_foreseen(phones: Phones) -> None:
    text = await a_live(phones, **{"class": "promotion", "topic": "activities", "bodies": {"zh-CN": "周五((number))"}})
    (named,) = await phones.service.sql("SELECT name FROM templates WHERE id = $1", UUID(text.moved["id"]))
    run = await Run.of(phones, named["name"])
    shown = await run.loaded("address,number\n13800000001,1\n13800000002,2")
    assert (shown["recipients"], shown["suppressed"], shown["billable"]) == (2, 2, 0)
    assert (await run.act("start", recipients=2, billable=0)).json()["code"] == "approval_needed"


async def test_a_start_repeats_what_was_shown(phones: Phones) -> None:
    run = await Run.of(phones)
    shown = await run.loaded(table(2))
    for wrong in ({"recipients": 3}, {"billable": 1}):
        counts = {"recipients": 2, "billable": shown["billable"]} | wrong
        answer = await run.act("start", **counts)
        assert (answer.status_code, answer.json()["code"]) == (409, "counts_changed")
        assert (answer.json()["recipients"], answer.json()["billable"]) == (2, shown["billable"])
    await sent_all(run)
    assert phones.provider.calls == []


@pytest.mark.parametrize("side", ["commit.before_commit", "commit.after_commit"])
async def test_a_kill_between_two_steps_loses_and_repeats_nothing(
    phones: Phones, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    monkeypatch.setattr(campaign_rows, "STEP_ROWS", 3)
    run = await Run.of(phones)
    await run.rows(table(10))

    async def dying(steps: Iterable[int]) -> None:
        """Work in which every other step dies just before, or just after, it has committed."""

        def die(name: str, subject: object = "") -> None:
            if name == side and next(passes) % 2:
                raise ConnectionError("killed")

        for _ in steps:
            passes = iter([1, 1])
            with monkeypatch.context() as armed:
                armed.setattr(transactions, "crashpoint", die)
                with pytest.raises(ConnectionError):
                    await look_once()
            await look_once()

    async def look_once() -> None:
        async with phones.service.running.transaction() as tx:
            campaign = await campaigns.lock_working(tx, UUID(run.id))
            if campaign is not None:
                step = campaign_rows.check_step if campaign.state == "loading" else campaign_rows.run_step
                await step(campaign, tx)

    await dying(range(2))
    await run.steps()
    assert (await run.shown())["recipients"] == 10
    await run.start()
    await dying(range(2))
    await sent_all(run)
    assert Counter(run.numbers()) == expected(10)
    assert (await run.shown())["state"] == "finished"


async def test_a_row_never_becomes_two_messages(phones: Phones) -> None:
    run = await Run.of(phones)
    await run.loaded(table(2))
    before = await phones.service.sql("SELECT number, row_enc FROM campaign_rows")
    await run.start()
    await run.steps()
    await phones.service.sql("UPDATE campaigns SET position = 0")
    for row in before:
        put_back = "UPDATE campaign_rows SET state = 'good', row_enc = $2 WHERE number = $1"
        await phones.service.sql(put_back, row["number"], row["row_enc"])
    await run.steps()
    assert len(await phones.messages()) == 2


async def test_the_queue_never_holds_more_than_its_room(phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign_rows, "OPEN_MESSAGES_MAX", 4)
    run = await Run.of(phones)
    await run.loaded(table(10))
    await run.start()
    await run.steps()
    assert len(await phones.messages()) == 4
    await sent_all(run)
    assert Counter(run.numbers()) == expected(10)


async def test_a_pause_stops_at_once_and_a_resume_goes_on(phones: Phones) -> None:
    run = await Run.of(phones)
    await run.loaded(table(6))
    await run.start()
    await run.steps()
    assert (await run.act("pause")).json()["state"] == "paused"
    await sent_all(run)
    assert phones.provider.calls == []
    assert (await run.act("resume")).json()["state"] == "running"
    await sent_all(run)
    assert Counter(run.numbers()) == expected(6)
    assert await types(phones) == [
        f"notify.campaign_{what}.v1" for what in ("started", "paused", "started", "finished")
    ]


async def test_what_was_fetched_before_a_pause_is_not_claimed_after_it(phones: Phones) -> None:
    run = await Run.of(phones)
    await run.loaded(table(2))
    await run.start()
    await run.steps()
    ready = phones.sender._ready

    async def paused_meanwhile(due: Any) -> Any:
        found = await ready(due)
        await run.act("pause")
        return found

    phones.sender._ready = paused_meanwhile  # type: ignore[method-assign]
    await phones.sender.send_due()
    assert phones.provider.calls == []


async def test_a_cancel_stops_what_has_not_been_claimed(phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign_rows, "OPEN_MESSAGES_MAX", 4)
    run = await Run.of(phones)
    await run.loaded(table(10))
    await run.start()
    await run.steps()
    assert (await run.act("cancel")).json()["state"] == "cancelled"
    await sent_all(run)
    assert phones.provider.calls == []
    shown = await run.shown()
    assert shown["counts"] == {"cancelled:cancelled": 4}
    (over,) = await phones.service.data("notify.campaign_finished.v1")
    assert (over["state"], over["counts"]) == ("cancelled", {"cancelled:cancelled": 4})
    late = await run.act("resume")
    assert (late.status_code, late.json()["code"]) == (409, "cannot_resume_when_cancelled")


async def test_too_many_failures_pause_it(phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign_rows, "OPEN_MESSAGES_MAX", 120)
    phones.provider.answers = lambda out: RefusedBy(RefusalClass.RECIPIENT, "no_such_number")
    run = await Run.of(phones)
    await run.loaded(table(300))
    await run.start()
    await sent_all(run)
    shown = await run.shown()
    assert (shown["state"], shown["reason"]) == ("paused", "failing")
    assert len(phones.provider.calls) == 120
    phones.provider.answers = lambda out: Accepted(f"biz-{out.client_ref}")
    await run.act("resume")
    await sent_all(run)
    assert (await run.shown())["state"] == "finished"
    assert Counter(run.numbers()) == expected(300)


async def test_an_empty_budget_pauses_it(phones: Phones) -> None:
    run = await Run.of(phones)
    budget = {"community_id": str(COMMUNITY), "class": "notice", "period": "day", "limit_billable": 1}
    assert (await run.manager.post("/v1/budgets", json=budget)).status_code in (200, 201)
    await run.loaded(table(5))
    await run.start()
    await sent_all(run)
    shown = await run.shown()
    assert (shown["state"], shown["reason"]) == ("paused", "budget")
    await run.manager.post("/v1/budgets", json=budget | {"limit_billable": 1_000})
    await run.act("resume")
    await sent_all(run)
    assert Counter(run.numbers()) == expected(5)


async def test_progress_is_told_at_most_every_two_seconds(phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign_rows, "STEP_ROWS", 2)
    run = await Run.of(phones)
    await run.loaded(table(8))
    await run.start()
    await look(phones.service.running)
    assert "notify.campaign_progressed.v1" not in await types(phones)
    await phones.service.sql("UPDATE clock SET shift = shift + $1", timedelta(seconds=3))
    await look(phones.service.running)
    await look(phones.service.running)
    (progress,) = await phones.service.data("notify.campaign_progressed.v1")
    assert (progress["recipients"], progress["counts"]) == (8, {"queued": 4})


@pytest.mark.parametrize("role", ["operator", "secretary", "auditor", "keeper", "leader"])
async def test_only_who_may_write_makes_and_moves_campaigns(phones: Phones, role: str) -> None:
    run = await Run.of(phones)
    other = await phones.service.person(grants=[(role, "area", COMMUNITY)])
    body = {"name": "x", "community_id": str(COMMUNITY), "template": TEXT}
    assert (await other.post(URL, json=body)).status_code == 403
    for verb in ("pause", "resume", "cancel"):
        assert (await run.act(verb, other)).status_code == 403
    assert (await run.act("approve")).status_code == 403
    reads = (await other.get(f"{URL}/{run.id}")).status_code
    assert reads == (200 if role in ("secretary", "auditor") else 403)


async def test_another_places_campaign_is_as_if_there_were_none(phones: Phones) -> None:
    run = await Run.of(phones)
    stranger = await phones.service.person(grants=[("message_manager", "area", uuid4())])
    assert (await stranger.get(f"{URL}/{run.id}")).status_code == 404
    for verb in ("pause", "resume", "cancel"):
        assert (await run.act(verb, stranger)).json()["code"] == "campaign_unknown"
    answer = await phones.service.as_service("tickets").post(f"{URL}/{run.id}:cancel", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "services_do_not_send")


@pytest.mark.parametrize(
    ("template", "status", "code"),
    [("nobody-knows", 404, "template_unknown"), ("sign-in-code", 422, "not_for_campaigns")],
)
async def test_only_texts_for_many_go_to_many(phones: Phones, template: str, status: int, code: str) -> None:
    manager = await phones.service.person(grants=[("message_manager", "area", COMMUNITY)])
    body = {"name": "x", "community_id": str(COMMUNITY), "template": template}
    answer = await manager.post(URL, json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
