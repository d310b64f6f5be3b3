"""Residents answer by their script, the same way each time; what was recorded can be played again."""

from typing import Any

import pytest

from demo.gateway.residents import Residents
from tests.unit.gateway.harness import Customer, Gateway, until
from tests.unit.gateway.test_kannel import LONG, send_parts

NUMBERS = [f"138{n:08d}" for n in range(2_000)]
SCRIPT = r"""
seed = 7

[[answer]]
pattern = '回复([A-Z]?1)接单'
reply = '\1'
share = 0.3

[[answer]]
pattern = '回复1'
reply = '2'
share = 0.2
delay = [5, 10]

[[answer]]
pattern = '.'
reply = '我正在开车'
share = 0.02
of = "numbers"
"""


def answers(script: str, text: str, texts_each: int = 1) -> list[tuple[str, str, float]]:
    residents = Residents()
    residents.hire(script)
    return [
        (number, reply.text, reply.after_seconds)
        for _ in range(texts_each)
        for number in NUMBERS
        for reply in residents.replies(number, text)
    ]


def test_as_many_answer_as_the_script_says() -> None:
    replies = [reply for _, reply, _ in answers(SCRIPT, "新诉求,回复1接单,2退回")]
    shares = {word: replies.count(word) / len(NUMBERS) for word in ("1", "2", "我正在开车")}
    assert shares["1"] == pytest.approx(0.3, abs=0.04)
    assert shares["2"] == pytest.approx(0.2, abs=0.04)
    assert shares["我正在开车"] == pytest.approx(0.02, abs=0.01)


def test_a_reply_may_repeat_what_the_pattern_found() -> None:
    assert {reply for _, reply, _ in answers(SCRIPT, "回复B1接单")} >= {"B1"}


def test_what_no_pattern_fits_hears_only_the_machines() -> None:
    assert {reply for _, reply, _ in answers(SCRIPT, "明天停水")} == {"我正在开车"}


def test_the_same_seed_gives_the_same_answers_in_any_order() -> None:
    first, again = answers(SCRIPT, "回复1接单"), answers(SCRIPT, "回复1接单")
    other = answers(SCRIPT.replace("seed = 7", "seed = 8"), "回复1接单")
    assert first == again
    assert first != other
    backwards = Residents()
    backwards.hire(SCRIPT)
    replies = {n: [r.text for r in backwards.replies(n, "回复1接单")] for n in reversed(NUMBERS)}
    assert [(n, text) for n, text, _ in first] == [(n, text) for n in NUMBERS for text in replies[n]]


def test_a_machine_answers_every_text_and_a_person_some() -> None:
    twice = answers(SCRIPT, "回复1接单", texts_each=2)
    machines = [number for number, reply, _ in twice if reply == "我正在开车"]
    persons = [number for number, reply, _ in twice if reply == "1"]
    assert all(machines.count(number) == 2 for number in machines)
    assert {persons.count(number) for number in persons} == {1, 2}


def test_nobody_answers_sooner_or_later_than_the_script_says() -> None:
    delays = [after for _, reply, after in answers(SCRIPT, "回复1接单") if reply == "2"]
    assert min(delays) >= 5
    assert max(delays) <= 10
    assert max(delays) - min(delays) > 4


@pytest.mark.parametrize(
    "script",
    [
        "seed = ",
        "nonsense = 1",
        "[[answer]]\npattern = '('\nreply = '1'\nshare = 1",
        "[[answer]]\npattern = 'x'\nreply = '\\1'\nshare = 1",
        "[[answer]]\npattern = 'x'\nreply = '1'\nshare = 1.5",
        "[[answer]]\npattern = 'x'\nreply = '1'\nshare = 1\ndelay = [5, 1]",
    ],
)
async def test_a_script_that_cannot_be_followed_is_refused(gateway: Gateway, script: str) -> None:
    assert (await gateway.http.put("/sim/residents", content=script.encode())).status_code == 422
    assert (await gateway.http.get("/sim/residents")).json()["answer"] == []


ONE = "[[answer]]\npattern = '编号(\\d+)'\nreply = '收到\\1'\nshare = 1\ndelay = [100, 100]"


async def replied(gateway: Gateway) -> list[dict[str, Any]]:
    async def look() -> list[dict[str, Any]]:
        return [m for m in await gateway.messages() if m["direction"] == "from_handset"]

    return await until(look, bool)


async def test_a_resident_answers_what_reaches_her(gateway: Gateway, customer: Customer) -> None:
    (await gateway.http.put("/sim/residents", content=ONE.encode())).raise_for_status()
    await gateway.faults(numbers={"13800000002": "suspended"})
    await gateway.send("13800000002", OutId="ref-2")
    await gateway.send(SmsUpExtendCode="07")
    [reply] = await replied(gateway)
    assert (reply["text"], reply["thread"]) == ("收到0427", "10690000042707")
    uplinks = [item for item in await customer.received(3) if "dest_code" in item]
    assert [(u["phone_number"], u["content"]) for u in uplinks] == [("13800000001", "收到0427")]


async def test_a_long_text_is_answered_once_when_all_of_it_is_there(gateway: Gateway) -> None:
    script = "[[answer]]\npattern = '通知🎵'\nreply = '1'\nshare = 1\ndelay = [0, 0]"
    (await gateway.http.put("/sim/residents", content=script.encode())).raise_for_status()
    await send_parts(gateway, LONG, (1, 0))
    assert [(reply["text"], reply["provider"]) for reply in await replied(gateway)] == [("1", "kannel")]


async def test_reset_sends_the_residents_home(gateway: Gateway) -> None:
    await gateway.http.put("/sim/residents", content=ONE.encode())
    await gateway.http.post("/sim/reset", json={})
    assert (await gateway.http.get("/sim/residents")).json()["answer"] == []


async def test_what_residents_wrote_can_be_played_again(gateway: Gateway, customer: Customer) -> None:
    await gateway.types("楼道灯不亮")
    await gateway.types("1", "13800000002", to="10690000042701")
    await customer.received(2)
    recorded = (await gateway.http.get("/sim/texts")).json()
    await gateway.http.post("/sim/reset", json={})
    answer = await gateway.http.post("/sim/replay", json=recorded | {"speed": 1_000})
    assert (answer.status_code, answer.json()) == (202, {"texts": 2})
    played = (await customer.received(4))[2:]
    assert [(u["phone_number"], u["dest_code"], u["content"]) for u in played] == [
        ("13800000001", "106900000427", "楼道灯不亮"),
        ("13800000002", "10690000042701", "1"),
    ]
    assert not {u["sequence_id"] for u in played} & {u["sequence_id"] for u in customer.items()[:2]}


A_TEXT = {"number": "13800000001", "to": "106900000427", "text": "1", "at": "2026-11-01T08:00:00+08:00"}


async def test_a_record_is_played_in_its_order_and_rhythm(gateway: Gateway, customer: Customer) -> None:
    texts = [
        {"number": "13800000001", "to": "106900000427", "text": word, "at": f"2026-11-0{day}T08:00:00+08:00"}
        for word, day in (("third", 3), ("first", 1), ("second", 2))
    ]
    await gateway.http.post("/sim/replay", json={"texts": texts, "speed": 40})
    assert [u["content"] for u in await customer.received(3)] == ["first", "second", "third"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"texts": [], "speed": 0},
        {"texts": [A_TEXT | {"number": "x"}]},
        {"texts": [A_TEXT | {"text": ""}]},
        {"texts": [A_TEXT | {"at": "2026-11-01T08:00:00"}]},
    ],
)
async def test_what_is_no_record_is_refused(gateway: Gateway, body: dict[str, Any]) -> None:
    assert (await gateway.http.post("/sim/replay", json=body)).status_code == 422
