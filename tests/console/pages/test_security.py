"""What every answer carries, and what every unsafe request must prove."""

import pytest
from itsdangerous import URLSafeTimedSerializer

from console import app, gallery
from console.security import POLICY, Seals
from console.settings import ConsoleSettings
from tests.console.conftest import Console

ANY_PAGE = [
    "/",
    "/sign-in",
    "/track",
    "/reading",
    "/problems/stale",
    "/nowhere",
    "/a/unknown",
    "/livez",
    "/report/what",
]


@pytest.mark.parametrize("path", ANY_PAGE)
async def test_every_answer_carries_the_policy_errors_included(console: Console, path: str) -> None:
    answer = await (await console()).browser().open(path)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in answer.headers


async def test_behind_tls_the_cookie_is_bound_to_the_host_and_the_browser_told_to_stay_with_tls(
    console: Console,
) -> None:
    told = await console(secure_cookies=True)
    told.stubs["members"].says(
        "/v1/sessions",
        {"session_id": "0192f0c1-0000-7000-8000-000000000001", "secret": "s", "person_id":
         "0192f0c1-0000-7000-8000-000000000002", "level": "aal2"},
    )  # fmt: skip
    browser = told.browser()
    browser.http.base_url = "https://test"
    opened = await browser.open("/sign-in")
    assert "strict-transport-security" in opened.headers
    answer = await browser.send("/sign-in", {"login": "a", "password": "b", "totp": "123456"})
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-yihu="))
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}


async def test_assets_are_kept_for_a_year_and_are_ours(console: Console) -> None:
    told = await console()
    answer = await told.browser().open(told.parts.rendering.assets.path("console.css"), **{"accept-encoding": "gzip"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.text.startswith("/* Every colour")


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none", "origin": "http://test"},
        {"origin": "http://elsewhere.test", "sec-fetch-site": ""},
    ],
)
async def test_a_form_from_another_site_changes_nothing(console: Console, headers: dict[str, str]) -> None:
    browser = (await console()).browser()
    await browser.open("/")
    answer = await browser.send("/language", {"language": "en", "back": "/"}, **headers)
    assert answer.status_code == 403
    assert "yihu_language=en" not in str(answer.headers)


async def test_an_old_browser_proves_itself_by_its_origin(console: Console) -> None:
    browser = (await console()).browser()
    await browser.open("/")
    hidden = browser.hidden("/language")
    answer = await browser.http.post("/language", data=hidden | {"language": "en"}, headers={"origin": "http://test"})
    assert answer.status_code == 303


@pytest.mark.parametrize("token", ["", "0" * 64])
async def test_a_form_without_its_own_token_changes_nothing(console: Console, token: str) -> None:
    browser = (await console()).browser()
    await browser.open("/")
    answer = await browser.send("/language", {"language": "en", "back": "/", "_csrf": token})
    assert answer.status_code == 403


async def test_another_browsers_token_is_no_good(console: Console) -> None:
    told = await console()
    mine, hers = told.browser(), told.browser()
    await hers.open("/")
    await mine.open("/")
    answer = await mine.send("/language", {"language": "en", "_csrf": hers.hidden("/language")["_csrf"]})
    assert answer.status_code == 403


async def test_the_way_back_stays_on_our_own_site(console: Console) -> None:
    browser = (await console()).browser()
    for way in ("//elsewhere.test", "https://elsewhere.test/", "/\\elsewhere.test", "javascript:alert(1)"):
        await browser.open("/")
        answer = await browser.send("/language", {"language": "en", "back": way})
        assert answer.headers["location"] == "/today"


async def test_opening_any_page_changes_nothing(console: Console) -> None:
    """Every GET is safe: no service hears a command."""
    told = await console()
    browser = told.operator()
    for path in (*ANY_PAGE, "/today", "/tickets", "/intake", "/ribbon"):
        await browser.open(path)
    posts = [r.url.path for stub in told.stubs.values() for r in stub.asked if r.method == "POST"]
    assert set(posts) <= {"/v1/sessions/current:token", "/v1/names"}


def test_an_older_key_still_opens_and_the_newest_signs() -> None:
    old, both, new = Seals([b"old"]), Seals([b"new", b"old"]), Seals([b"new"])
    assert both.open("flash", old.sign("flash", "said")) == "said"
    assert new.open("flash", both.sign("flash", "said")) == "said"
    assert new.open("flash", old.sign("flash", "said")) is None
    assert both.csrf_right("holder", old.csrf("holder"))


def test_what_was_signed_for_one_purpose_is_nothing_for_another() -> None:
    seals = Seals([b"key"])
    assert seals.open("topics", seals.sign("flash", "x")) is None
    assert seals.open("flash", URLSafeTimedSerializer(b"other", salt="flash").dumps("x")) is None


def test_production_has_no_key_by_default_and_no_demo_accounts() -> None:
    with pytest.raises(ValueError, match="YIHU_CONSOLE_KEYS"):
        ConsoleSettings(service="console", environment="prod")
    with pytest.raises(ValueError, match="YIHU_DEMO_ACCOUNTS"):
        ConsoleSettings.model_validate(
            {"service": "console", "environment": "prod", "keys": "k", "demo_accounts": "{}"}
        )


async def test_production_has_no_gallery(console: Console) -> None:
    told = await console()
    settings = told.parts.settings.model_copy(update={"environment": "prod"})
    assert gallery.router in app.routers(told.served.running, told.parts.settings, told.parts)
    assert gallery.router not in app.routers(told.served.running, settings, told.parts)
