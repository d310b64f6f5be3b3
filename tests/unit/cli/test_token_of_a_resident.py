"""`token resident`: a resident has no password; the code comes to her telephone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.failures import Failure
from cli.instance import Instance
from cli.run_file import save_accounts
from cli.sign_in import SignIn

PHONE = "13800000001"
OLD_TEXT = "验证码111111,5分钟内有效。"


class Members:
    """What members answers, and what the telephone receives."""

    def __init__(self) -> None:
        self.texts = [OLD_TEXT]
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    def ask(self, path: str, body: Mapping[str, Any], session: str | None = None) -> httpx.Response:
        self.asked.append((path, body))
        if path == "/v1/sign-in/challenges":
            self.texts.append("验证码482913,5分钟内有效。")
            return httpx.Response(202, json={"challenge_id": "c1"})
        if path == "/v1/sign-in/challenges/c1:verify":
            right = body["code"] == "482913"
            return httpx.Response(201, json={"secret": "s1"}) if right else httpx.Response(401, json={"code": "no"})
        return httpx.Response(200, json={"token": f"token of {session}"})


@pytest.fixture
def members(monkeypatch: pytest.MonkeyPatch) -> Members:
    made = Members()
    monkeypatch.setattr(SignIn, "_ask", lambda _, *words: made.ask(*words))
    monkeypatch.setattr(SignIn, "_texts", lambda _, number: list(made.texts) if number == PHONE else [])
    return made


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    save_accounts(tmp_path, {"resident": {"phone": PHONE}})
    return Instance(tmp_path)


def test_the_newest_code_on_her_telephone_signs_her_in(instance: Instance, members: Members) -> None:
    assert SignIn(instance, "resident").token("tickets") == "token of s1"
    assert members.asked[0][1]["phone"] == PHONE


def test_her_session_is_kept_so_that_the_next_token_costs_no_code(instance: Instance, members: Members) -> None:
    for _ in range(2):
        SignIn(instance, "resident").token("tickets")
    assert [path for path, _ in members.asked].count("/v1/sign-in/challenges") == 1


def test_a_role_without_an_account_is_named_with_the_known_ones(instance: Instance, members: Members) -> None:
    with pytest.raises(Failure, match="no account for auditor; known: resident"):
        SignIn(instance, "auditor").token("tickets")
