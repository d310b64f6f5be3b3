"""Robots speak to a whole chat: signed as the vendors want it, bounded, and saying nothing about anybody."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import pytest_asyncio

from chassis.refused import Refused
from services.notify import seeds
from services.notify.channels import dingtalk, wecom
from services.notify.channels.opening import OPENERS
from services.notify.domain import robot
from services.notify.domain.guard import Guard
from services.notify.domain.outcome import Accepted, Lost, Outcome, Outgoing, RefusalClass, RefusedBy
from services.notify.domain.provider import Provider
from services.notify.domain.rule import Audience, Step, check

TEMPLATES = {template.name: template for template in seeds.templates("https://pages.example.org")}
CHAT_RULES = [rule for rule in seeds.rules() if rule.audience.kind == "robot"]
CREDENTIALS = {"wecom": {"key": "a key/of ours"}, "dingtalk": {"access_token": "token+1", "secret": "SECsecret"}}


def saying(text: str = "巧手妈妈有新的环境卫生工单,请组长登录查看。") -> Outgoing:
    return Outgoing(
        client_ref=uuid4(), number="robot:x", signature="", template_code="", parameters={}, ext=None, text=text
    )


Serve = Callable[[str, str], Awaitable[Callable[[Outgoing], Awaitable[Outcome]]]]


@pytest_asyncio.fixture
async def serve() -> AsyncIterator[tuple[Serve, list[tuple[str, str]]]]:
    """`say = await start(kind, answer)`: a robot at a vendor that answers so; and what the vendor was called with."""
    called: list[tuple[str, str]] = []
    servers: list[asyncio.Server] = []

    async def start(kind: str, answer: str) -> Callable[[Outgoing], Awaitable[Outcome]]:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(line for line in head.lower().split("\r\n") if line.startswith("content-length"))
            called.append((head.split(" ")[1], (await reader.readexactly(int(length.split(": ")[1]))).decode()))
            said = answer.encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(said) + said)
            writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        servers.append(server)
        port = server.sockets[0].getsockname()[1]
        guard = Guard(frozenset(), frozenset({f"127.0.0.1:{port}"}))
        row = Provider(
            id=kind,
            kind=kind,
            base_url=f"http://127.0.0.1:{port}",
            in_flight=1,
            credentials=CREDENTIALS[kind],
        )
        return OPENERS[kind](row, "", guard).submit

    yield start, called
    for server in servers:
        server.close()


Served = tuple[Serve, list[tuple[str, str]]]


@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
async def test_a_text_is_said_and_taken(serve: Served, kind: str) -> None:
    start, called = serve
    say = await start(kind, '{"errcode": 0, "errmsg": "ok"}')
    outgoing = saying()
    assert await say(outgoing) == Accepted(str(outgoing.client_ref))
    ((_, body),) = called
    assert json.loads(body) == {"msgtype": "text", "text": {"content": outgoing.text}}


async def test_wecom_is_called_with_its_key(serve: Served) -> None:
    start, called = serve
    await (await start("wecom", '{"errcode": 0}'))(saying())
    parts = urlsplit(called[0][0])
    assert parts.path == "/cgi-bin/webhook/send"
    assert parse_qs(parts.query) == {"key": ["a key/of ours"]}


async def test_dingtalk_is_called_with_a_signature_over_the_time(serve: Served) -> None:
    start, called = serve
    await (await start("dingtalk", '{"errcode": 0}'))(saying())
    parts = urlsplit(called[0][0])
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    wanted = hmac.new(b"SECsecret", f"{query['timestamp']}\nSECsecret".encode(), hashlib.sha256).digest()
    assert parts.path == "/robot/send"
    assert query["access_token"] == "token+1"
    assert base64.b64decode(query["sign"]) == wanted


@pytest.mark.parametrize(
    ("kind", "answer", "outcome"),
    [
        ("wecom", '{"errcode": 45009}', RefusedBy(RefusalClass.LIMIT, "45009", "minute")),
        ("wecom", '{"errcode": 93000}', RefusedBy(RefusalClass.ACCOUNT, "93000")),
        ("wecom", '{"errcode": 1}', RefusedBy(RefusalClass.UNLISTED, "1")),
        (
            "dingtalk",
            '{"errcode": 310000, "errmsg": "keywords not in content"}',
            RefusedBy(RefusalClass.CONTENT, "310000"),
        ),
        ("dingtalk", '{"errcode": 310000, "errmsg": "sign not match"}', RefusedBy(RefusalClass.ACCOUNT, "310000")),
        ("dingtalk", '{"errcode": 2}', RefusedBy(RefusalClass.UNLISTED, "2")),
        ("wecom", "<html>", Lost("unreadable_200")),
        ("wecom", "[]", Lost("unreadable_200")),
        ("dingtalk", '{"errcode": "0"}', Lost("unreadable_200")),
    ],
)
async def test_an_errcode_is_understood(serve: Served, kind: str, answer: str, outcome: Outcome) -> None:
    start, _ = serve
    assert await (await start(kind, answer))(saying()) == outcome


async def test_a_text_that_is_too_long_is_not_said(serve: Served) -> None:
    start, called = serve
    say = await start("wecom", '{"errcode": 0}')
    assert await say(saying("字" * 683)) == RefusedBy(RefusalClass.CONTENT, "too_long")
    assert called == []
    assert isinstance(await say(saying("字" * 682)), Accepted)


async def test_a_robot_at_an_address_of_ours_is_not_called() -> None:
    row = Provider(id="x", kind="wecom", base_url="https://127.0.0.1", in_flight=1, credentials=CREDENTIALS["wecom"])
    outcome = await wecom.opened(row, "", Guard(frozenset())).submit(saying())
    assert outcome == RefusedBy(RefusalClass.ACCOUNT, "address_refused")


def test_a_signature_of_a_fixed_moment() -> None:
    wanted = base64.b64encode(hmac.new(b"s", b"1700000000000\ns", hashlib.sha256).digest()).decode()
    assert dingtalk.signature("s", 1_700_000_000_000) == wanted


# What a chat may read -----------------------------------------------------------------------------------------------


def test_the_seeded_texts_for_chats_say_nothing_about_anybody() -> None:
    assert CHAT_RULES
    for rule in CHAT_RULES:
        robot.check(TEMPLATES[rule.template])


@pytest.mark.parametrize(
    "name", ["case-received", "case-assigned", "case-accepted", "case-handed-over", "sign-in-code"]
)
def test_a_text_for_one_person_is_refused_for_a_chat(name: str) -> None:
    with pytest.raises(Refused, match="robot_text_telling"):
        robot.check(TEMPLATES[name])


@pytest.mark.parametrize(
    "body",
    [
        "((name))有新的工单。",
        "工单编号((number))。",
        "请到((address))。",
        "居民说:((description))",
        "请致电13800000001。",
        "请打开 https://example.org 查看。",
        "请写信到 a@b.c。",
    ],
)
def test_names_numbers_addresses_and_words_of_a_case_are_refused(body: str) -> None:
    telling = replace(TEMPLATES["case-assigned-chat"], bodies={"zh-CN": body})
    with pytest.raises(Refused, match="robot_text_telling"):
        robot.check(telling)


@pytest.mark.parametrize(
    "wrong",
    [
        {"channels": (Step("sms"),)},
        {"channels": (Step("robot"), Step("sms"))},
        {"audience": Audience("leader", "group_id")},
    ],
)
def test_a_chat_hears_by_its_robot_and_nobody_else_does(wrong: dict[str, object]) -> None:
    rule = replace(CHAT_RULES[0], **wrong)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="channels_invalid"):
        check(rule, rule.fields(), {rule.template})
