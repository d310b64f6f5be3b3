"""sendsms as a smsbox answers it: one call is one message on the air, and the handset puts the parts together."""

import uuid
from typing import Any
from urllib.parse import parse_qs, quote

import httpx
import pytest

from demo.gateway import gsm
from tests.unit.gateway.harness import SECRET_PATH, Customer, Gateway, until

NUMBER = "13800000001"
REF = "0190b5a4-0000-7000-8000-000000000001"
LONG = "【中一路社区】" + "通知" * 60 + "🎵"


async def sends(gateway: Gateway, text: bytes, *, ref: str = REF, **changed: str) -> httpx.Response:
    """`text` as it stands on the wire; `udh` as hex."""
    header = "".join(f"%{octet:02x}" for octet in bytes.fromhex(changed.pop("udh", "")))
    url = f"{gateway.reports_to}?ref={ref}&kind=%d&to=%p&from=%P&at=%T"
    given = {
        "username": "key",
        "password": "secret",
        "from": "10690000042701",
        "to": f"+86{NUMBER}",
        "coding": "0",
        "charset": "UTF-8",
        "dlr-mask": "31",
        "dlr-url": url,
    } | changed
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in given.items() if value)
    return await gateway.http.get(f"/cgi-bin/sendsms?{query}&text={quote(text)}" + (f"&udh={header}" if header else ""))


async def kinds(customer: Customer, count: int) -> list[str]:
    return [request.query_params["kind"] for request, _ in await customer.called(count)]


async def test_a_text_is_accepted_and_shown(gateway: Gateway) -> None:
    answer = await sends(gateway, "Fee: 5€ [A]".encode())
    assert (answer.status_code, answer.text) == (202, "0: Accepted for delivery")
    [submission] = await gateway.submissions(REF)
    assert (submission["text"], submission["segments"], submission["thread"], submission["provider"]) == (
        "Fee: 5€ [A]",
        [14],
        "10690000042701",
        "kannel",
    )


async def test_chinese_travels_in_sixteen_bits(gateway: Gateway) -> None:
    await sends(gateway, "编号0427🎵".encode("utf-16-be"), coding="2", charset="UTF-16BE")
    assert [(m["text"], m["segments"]) for m in await gateway.messages()] == [("编号0427🎵", [8])]


async def test_chinese_in_the_small_alphabet_is_lost(gateway: Gateway) -> None:
    await sends(gateway, "编号0427".encode())
    assert [m["text"] for m in await gateway.messages()] == ["??0427"]


@pytest.mark.parametrize("changed", [{"password": "another"}, {"username": "stranger"}, {"password": ""}])
async def test_a_wrong_user_is_refused(gateway: Gateway, changed: dict[str, str]) -> None:
    answer = await sends(gateway, b"1", **changed)
    assert (answer.status_code, answer.text) == (403, "Authorization failed for sendsms")
    assert await gateway.submissions(REF) == []


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (b"1", {"to": "12345"}),
        (b"1", {"coding": "7"}),
        (b"1", {"charset": "NONE"}),
        (b"\xff", {}),
        (b"1", {"udh": "0500"}),
    ],
)
async def test_what_cannot_be_sent_is_refused(gateway: Gateway, text: bytes, changed: dict[str, str]) -> None:
    assert (await sends(gateway, text, **changed)).status_code == 400
    assert await gateway.messages() == []


@pytest.mark.parametrize(
    ("fault", "status"), [({"throttle": 1}, 503), ({"refuse": 1}, 403), ({"refuse": 1, "refuse_code": "400"}, 400)]
)
async def test_a_refusal_is_definite(gateway: Gateway, fault: dict[str, Any], status: int) -> None:
    await gateway.faults(**fault)
    assert (await sends(gateway, b"1")).status_code == status
    assert [s["code"] for s in await gateway.submissions(REF)] == [str(status)]


async def test_the_reports_asked_for_come_one_by_one_with_the_escapes_filled(
    gateway: Gateway, customer: Customer
) -> None:
    await sends(gateway, b"1")
    assert await kinds(customer, 2) == ["8", "1"]
    request, body = customer.requests[-1]
    assert (request.method, body) == ("GET", b"")
    asked = parse_qs(request.url.query)
    assert (asked["ref"], asked["to"], asked["from"]) == ([REF], [f"+86{NUMBER}"], ["10690000042701"])
    assert (await gateway.settled())["state"] == "delivered"


async def test_only_the_kinds_of_the_mask_are_reported(gateway: Gateway, customer: Customer) -> None:
    await sends(gateway, b"1", **{"dlr-mask": "3"})
    await sends(gateway, b"2", **{"dlr-mask": "0"})
    await sends(gateway, b"3", **{"dlr-mask": "2"}, to="13800000002")
    await gateway.settled("13800000002")
    assert await kinds(customer, 1) == ["1"]


@pytest.mark.parametrize(("line", "kind"), [("unallocated", "2"), ("suspended", "2"), ("blacklisted", "16")])
async def test_a_number_that_cannot_be_reached(gateway: Gateway, customer: Customer, line: str, kind: str) -> None:
    await gateway.faults(numbers={NUMBER: line})
    assert (await sends(gateway, b"1")).status_code == 202
    assert await kinds(customer, 2) == ["8", kind]


async def test_a_phone_that_is_off_gets_its_text_when_it_is_on(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(numbers={NUMBER: "powered_off"})
    answer = await sends(gateway, b"1")
    assert (answer.status_code, answer.text) == (202, "3: Queued for later delivery")
    assert sorted(await kinds(customer, 2)) == ["4", "8"]
    await gateway.http.put(f"/sim/handsets/{NUMBER}", json={"line": "in_service"})
    assert (await kinds(customer, 3))[-1] == "1"


def parts_of(text: str) -> list[bytes]:
    """67 units a part; the pair at the end stays whole."""
    return [piece.encode("utf-16-be") for piece in (text[:67], text[67:])]


async def send_parts(gateway: Gateway, text: str, order: tuple[int, ...] = (0, 1), reference: int = 7) -> list[str]:
    refs = [str(uuid.uuid4()) for _ in range(2)]
    for n in order:
        header = f"050003{reference:02x}02{n + 1:02x}"
        answer = await sends(gateway, parts_of(text)[n], ref=refs[n], coding="2", charset="UTF-16BE", udh=header)
        assert answer.status_code == 202
    return refs


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_the_handset_shows_the_parts_as_one_text(gateway: Gateway, order: tuple[int, ...]) -> None:
    refs = await send_parts(gateway, LONG, order)
    shown = await until(gateway.messages, lambda found: found[-1]["state"] == "delivered")
    [message] = shown
    assert (message["text"], message["segments"], message["missing"]) == (LONG, [67, len(LONG) - 66], 0)
    assert [part["client_ref"] for part in message["parts"]] == refs
    assert [len(await gateway.submissions(ref)) for ref in refs] == [1, 1]


async def test_a_text_with_a_part_missing_says_so(gateway: Gateway) -> None:
    await send_parts(gateway, LONG, (1,))
    [message] = await gateway.messages()
    assert (message["missing"], message["text"], message["state"]) == (1, LONG[67:], "accepted")


async def test_the_same_reference_again_is_another_text(gateway: Gateway) -> None:
    await send_parts(gateway, LONG)
    other = LONG.replace("通知", "停水")
    await send_parts(gateway, other)
    assert [m["text"] for m in await gateway.messages()] == [LONG, other]


async def test_a_message_too_long_is_cut_as_kannel_cuts_it(gateway: Gateway) -> None:
    await sends(gateway, b"a" * 170)
    await sends(gateway, ("长" * 80).encode("utf-16-be"), coding="2", charset="UTF-16BE")
    assert [m["segments"] for m in await gateway.messages()] == [[160], [70]]


async def test_a_text_goes_to_the_post_url_with_its_headers(gateway: Gateway, customer: Customer) -> None:
    await sends(gateway, b"1", **{"dlr-mask": "0"})
    await gateway.types("楼道灯不亮", to="10690000042701")
    await gateway.types("1 yes", to="10690000042701")
    (chinese, words), (latin, letters) = await customer.called(2)
    assert chinese.url.path == f"{SECRET_PATH}/uplinks"
    assert words.decode("utf-16-be") == "楼道灯不亮"
    assert (chinese.headers["x-kannel-from"], chinese.headers["x-kannel-to"]) == (f"+86{NUMBER}", "10690000042701")
    assert (chinese.headers["x-kannel-coding"], chinese.headers["content-type"]) == (
        "2",
        'text/plain; charset="UTF-16BE"',
    )
    assert (latin.headers["x-kannel-coding"], letters) == ("0", b"1 yes")


async def test_a_report_may_lie_be_forged_or_name_nobody(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(report_unknown=1, report_mismatch=1, report_contradictory=1, report_forged=1)
    await sends(gateway, b"1", **{"dlr-mask": "3"})
    calls = [dict(request.query_params) for request, _ in await customer.called(4)]
    assert sorted((c["ref"] == REF, c["to"] == f"+86{NUMBER}", c["kind"]) for c in calls) == [
        (False, True, "1"),
        (True, False, "2"),
        (True, True, "1"),
        (True, True, "2"),
    ]

    async def forged() -> list[str]:
        return [path for path in customer.paths if not path.startswith(SECRET_PATH)]

    await until(forged, bool)


def test_the_small_alphabet_has_127_characters_and_ten_escaped() -> None:
    assert (len(gsm.BASIC), len(set(gsm.BASIC)), len(gsm.ESCAPED)) == (127, 127, 10)
    assert gsm.units("^{}\\[~]|€\f", wide=False) == 20
    assert gsm.fitting("€" * 81, wide=False) == "€" * 80
    assert gsm.fitting("长" * 66 + "🎵", wide=True, header_octets=6) == "长" * 66
