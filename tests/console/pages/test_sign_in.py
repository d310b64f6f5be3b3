"""C0: password and second factor, a code by text message, and the demo's buttons."""

import json
from pathlib import Path

import httpx
import pytest

from console.demo_accounts import demo_accounts, totp
from tests.console import answers
from tests.console.conftest import Console, a_queue

SESSION = {
    "session_id": "0192f0c1-0000-7000-8000-000000000001",
    "secret": "fresh-secret",
    "person_id": str(answers.PERSON),
    "level": "aal2",
}
ACCOUNT = {"login": "chenhong", "password": "a-long-password", "totp_secret": "JBSWY3DPEHPK3PXP"}
FILLED = {"login": "chenhong", "password": "a-long-password", "totp": "１２３ ４５６"}


async def test_whoever_is_not_signed_in_is_led_to_the_sign_in_and_back(console: Console) -> None:
    told = await console()
    answer = await told.browser().open("/tickets?state=received")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/tickets%3Fstate%3Dreceived"


async def test_right_words_open_a_session_and_lead_to_where_she_wanted(console: Console) -> None:
    told = await console()
    told.stubs["members"].says("/v1/sessions", SESSION)
    browser = told.browser()
    await browser.open("/sign-in?next=/tickets")
    answer = await browser.send("/sign-in", FILLED)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/tickets"
    assert "yihu=fresh-secret" in str(answer.headers)
    asked = json.loads(told.stubs["members"].asked[-1].content)
    assert asked["totp"] == "123456"


async def test_a_refusal_keeps_the_account_and_never_the_password(console: Console) -> None:
    told = await console()
    told.stubs["members"].says("/v1/sessions", httpx.Response(401, json=answers.problem(401, "sign_in_refused")))
    browser = told.browser()
    await browser.open("/sign-in")
    answer = await browser.send("/sign-in", FILLED)
    assert answer.status_code == 401
    assert 'value="chenhong"' in answer.text
    assert "a-long-password" not in answer.text
    assert "账号、密码或验证码不对" in answer.text


async def test_what_is_missing_is_told_at_its_field_and_nobody_is_asked(console: Console) -> None:
    told = await console()
    browser = told.browser(language="en")
    await browser.open("/sign-in")
    answer = await browser.send("/sign-in", {"login": "chenhong", "password": "", "totp": ""})
    assert answer.status_code == 422
    assert 'aria-describedby=" e-totp" aria-invalid="true"' in answer.text
    assert told.stubs["members"].asked == []


async def test_paste_and_password_managers_are_welcome(console: Console) -> None:
    page = await (await console()).browser().open("/sign-in")
    assert 'autocomplete="current-password"' in page.text
    assert 'autocomplete="one-time-code"' in page.text
    assert "onpaste" not in page.text


async def test_a_code_by_text_message_signs_in_without_telling_whether_the_number_is_known(console: Console) -> None:
    told = await console()
    challenge = {"challenge_id": "0192f0c1-0000-7000-8000-000000000009", "expires_at": answers.NOW}
    told.stubs["members"].says("/v1/sign-in/challenges", challenge)
    told.stubs["members"].says(f"/v1/sign-in/challenges/{challenge['challenge_id']}:verify", SESSION)
    browser = told.browser()
    await browser.open("/sign-in")
    sent = await browser.send("/sign-in/code", {"phone": "138 0013 8000"})
    assert "如果这个号码已登记" in sent.text
    answer = await browser.send("/sign-in/verify", {"code": "123456"})
    assert answer.headers["location"] == "/today"


async def test_the_demo_has_a_button_per_role_that_signs_in_by_the_public_api(console: Console, tmp_path: Path) -> None:
    run = tmp_path / "run.json"
    run.write_text(json.dumps({"accounts": {"secretary": ACCOUNT, "resident": {"phone": "1"}}}), encoding="utf-8")
    told = await console(demo_accounts=str(run))
    told.stubs["members"].says("/v1/sessions", SESSION)
    browser = told.browser()
    page = await browser.open("/sign-in")
    assert 'value="secretary"' in page.text
    assert 'value="resident"' not in page.text
    answer = await browser.send("/sign-in/demo", {"role": "secretary"})
    assert answer.status_code == 303
    asked = json.loads(told.stubs["members"].asked[-1].content)
    assert asked["login"] == "chenhong"
    assert len(asked["totp"]) == 6


async def test_the_rest_of_the_cast_stands_folded_away_and_nobody_twice(console: Console) -> None:
    other = ACCOUNT | {"login": "leader-arts"}
    accounts = {"secretary": ACCOUNT, "secretary-zhongyilu": ACCOUNT, "leader-arts": other}
    told = await console(demo_accounts=json.dumps({"accounts": accounts}))
    page = await told.browser(language="en").open("/sign-in")
    folded = page.text.split('<details class="cast"><summary>More of the cast</summary>')[1].split("</details>")[0]
    assert 'value="leader-arts"><span class="role">group leader</span> · arts</button>' in folded
    assert "zhongyilu" not in page.text


async def test_without_demo_accounts_there_is_no_such_button(console: Console) -> None:
    told = await console()
    page = await told.browser().open("/sign-in")
    assert "/sign-in/demo" not in page.text


@pytest.mark.parametrize(("at", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_the_second_factor_is_that_of_rfc_6238(at: int, code: str) -> None:
    assert totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", at) == code


def test_accounts_are_read_from_json_as_well_and_nonsense_is_none() -> None:
    assert [one.role for one in demo_accounts(json.dumps({"accounts": {"keeper": ACCOUNT}}))] == ["keeper"]
    assert demo_accounts("/nowhere/run.json") == ()
    assert demo_accounts("{not json") == ()


async def test_signing_out_ends_the_session_at_members_and_here(console: Console) -> None:
    told = await console()
    browser = told.operator()
    told.stubs["members"].says("/v1/sessions/current:revoke", lambda _: httpx.Response(204))
    a_queue(told)
    await browser.open("/tickets")
    answer = await browser.send("/sign-out", {})
    assert answer.headers["location"] == "/"
    assert 'yihu=""' in str(answer.headers)
    assert told.stubs["members"].asked[-1].headers["authorization"] == "Session a-session-secret"


async def test_a_session_that_has_ended_leads_to_the_sign_in(console: Console) -> None:
    told = await console()
    browser = told.operator()
    told.stubs["members"].says(
        "/v1/sessions/current:token", httpx.Response(401, json=answers.problem(401, "session_over"))
    )
    answer = await browser.open("/tickets")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


async def test_one_token_per_audience_is_traded_and_kept(console: Console) -> None:
    told = await console()
    browser = told.operator()
    a_queue(told, answers.a_row())
    for _ in range(3):
        await browser.open("/tickets")
    traded = [json.loads(r.content)["audience"] for r in told.stubs["members"].asked if r.url.path.endswith(":token")]
    assert sorted(traded) == ["members", "tickets"]
