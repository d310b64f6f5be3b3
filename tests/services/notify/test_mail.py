"""Mail by SMTP, judged by aiosmtpd: what is handed over, what each answer leads to, and the way out by one click."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiosmtpd.controller import Controller

from services.notify.app import channels_of, seed_mail
from services.notify.channels.smtp import Smtp, mail_of
from services.notify.domain.outcome import Accepted, Lost, Outgoing, RefusalClass, RefusedBy
from services.notify.domain.provider import Provider
from services.notify.loops.sender import Sender
from services.notify.settings import settings_of
from tests.services.notify.certificates import self_signed
from tests.services.notify.clients import a_key, a_mail_template, client
from tests.services.notify.phones import Phones

REF = UUID("01920000-0000-7000-8000-00000000aa01")
MAILED = {"name": "小梅", "link_to_it": "https://example.org/x"}


@dataclass
class Postbox:
    """A mail server that keeps what it is given, and answers as it is told."""

    rcpt: str = "250 OK"
    data: str = "250 OK queued as 77"
    hangs_up: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    secure: list[bool] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.secure.append(session.ssl is not None)
        if self.hangs_up:
            server.transport.abort()
        return self.data


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(postbox: Postbox) -> Iterator[str]:
    """The postbox behind a port of this machine; its address."""
    controller = Controller(postbox, hostname="127.0.0.1", port=_free_port())
    controller.start()
    yield f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


def a_channel(url: str, *, plain: bool = True, **credentials: str) -> Smtp:
    options = {"plain": plain}
    return Smtp(Provider(id="smtp", kind="smtp", base_url=url, in_flight=4, options=options, credentials=credentials))


def a_mail(**changes: Any) -> Outgoing:
    given: dict[str, Any] = {
        "client_ref": REF,
        "number": "mei@example.org",
        "signature": "",
        "template_code": "",
        "parameters": {},
        "ext": None,
        "sender": "us@example.com",
        "text": "您好\n\n<b>1 < 2</b>",
        "subject": "一封信",
    }
    return Outgoing(**(given | changes))


async def test_a_mail_has_text_and_html_and_our_reference_as_its_constant_id(postbox: Postbox, server: str) -> None:
    for _ in range(2):
        assert await a_channel(server).submit(a_mail()) == Accepted("77")
    first, second = postbox.mails
    assert (first["From"], first["To"], first["Subject"]) == ("us@example.com", "mei@example.org", "一封信")
    assert first["Message-ID"] == second["Message-ID"] == f"<{REF}@example.com>"
    plain, html = first.get_body(("plain",)), first.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "<b>1 < 2</b>" in plain.get_content()
    assert "&lt;b&gt;1 &lt; 2&lt;/b&gt;" in html.get_content()
    assert "<b>" not in html.get_content()
    assert first["List-Unsubscribe"] is None


async def test_a_way_out_stands_in_the_head_and_in_the_html(postbox: Postbox, server: str) -> None:
    await a_channel(server).submit(a_mail(unsubscribe_url="https://example.com/out?a=1&b=2"))
    (mail,) = postbox.mails
    assert mail["List-Unsubscribe"] == "<https://example.com/out?a=1&b=2>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html = mail.get_body(("html",))
    assert html is not None
    assert 'href="https://example.com/out?a=1&amp;b=2"' in html.get_content()


def test_a_value_with_a_line_s_end_adds_nothing_to_the_head() -> None:
    mail = mail_of(a_mail(subject="a\r\nBcc: x@example.org"))
    assert (mail["Subject"], mail["Bcc"]) == ("a Bcc: x@example.org", None)


ANSWERS = [
    ({"rcpt": "450 busy"}, RefusedBy(RefusalClass.NOT_SENT, "smtp_450")),
    ({"rcpt": "550 nobody of this name"}, RefusedBy(RefusalClass.RECIPIENT, "smtp_550")),
    ({"rcpt": "552 full"}, RefusedBy(RefusalClass.UNLISTED, "smtp_552")),
    ({"data": "451 later"}, RefusedBy(RefusalClass.NOT_SENT, "smtp_451")),
    ({"data": "554 spam"}, RefusedBy(RefusalClass.UNLISTED, "smtp_554")),
    ({"hangs_up": True}, Lost("SMTPServerDisconnected")),
]


@pytest.mark.parametrize(("said", "outcome"), ANSWERS)
async def test_each_answer_leads_to_its_outcome(
    postbox: Postbox, server: str, said: dict[str, Any], outcome: object
) -> None:
    for name, value in said.items():
        setattr(postbox, name, value)
    assert await a_channel(server).submit(a_mail()) == outcome


async def test_where_nobody_listens_nothing_was_sent() -> None:
    outcome = await a_channel(f"smtp://127.0.0.1:{_free_port()}").submit(a_mail())
    assert isinstance(outcome, RefusedBy)
    assert outcome.kind is RefusalClass.NOT_SENT


async def test_without_tls_nothing_is_sent_but_where_the_row_allows_it(postbox: Postbox, server: str) -> None:
    outcome = await a_channel(server, plain=False).submit(a_mail())
    assert outcome == RefusedBy(RefusalClass.ACCOUNT, "tls_required")
    assert postbox.mails == []


@pytest.mark.parametrize("trusted", [True, False])
async def test_tls_is_begun_and_a_certificate_nobody_vouches_for_sends_nothing(
    postbox: Postbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    path = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    controller = Controller(postbox, hostname="127.0.0.1", port=_free_port(), tls_context=context)
    controller.start()
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    try:
        outcome = await a_channel(f"smtp://127.0.0.1:{controller.port}", plain=False).submit(a_mail())
    finally:
        controller.stop()
    assert isinstance(outcome, Accepted) is trusted
    assert postbox.secure == ([True] if trusted else [])


async def mailed(phones: Phones, url: str, **body: Any) -> UUID:
    """A client's mail, sent by the real channel to this server; its id."""
    running = phones.service.running
    settings = settings_of(running).model_copy(update={"smtp_url": url, "mail_from": "us@example.com"})
    async with running.transaction() as tx:
        await seed_mail(settings, tx)
    template = await a_mail_template(phones)
    given = {"email_address": "mei@example.org", "template_id": template, "personalisation": MAILED} | body
    answer = await client(phones, await a_key(phones)).post("/v2/notifications/email", json=given)
    assert answer.status_code == 201, answer.text
    channels = channels_of(running)
    sender = Sender(running, channels)
    await sender.send_due()
    await sender.finish()
    await channels.close()
    for table, column in (("routes", "channel = 'email'"), ("providers", "id = 'smtp'")):
        await phones.service.sql(f"DELETE FROM {table} WHERE {column}")
    return UUID(answer.json()["id"])


async def test_a_client_s_mail_ends_in_submitted_which_it_reads_as_sent(
    phones: Phones, postbox: Postbox, server: str
) -> None:
    sent = await mailed(phones, server, one_click_unsubscribe_url="https://example.org/stop")
    (mail,) = postbox.mails
    assert (mail["To"], mail["Subject"]) == ("mei@example.org", "给小梅的信")
    assert mail["List-Unsubscribe"] == "<https://example.org/stop>"
    read = (await client(phones, await a_key(phones)).get(f"/v2/notifications/{sent}")).json()
    assert (read["status"], read["cost_details"]) == ("sent", {})
    await phones.service.sql("UPDATE clock SET shift = shift + interval '80 hours'")
    await phones.resolver.look()
    (message,) = await phones.messages(channel="email")
    assert message["state"] == "submitted"


async def test_one_click_ends_a_topic_by_mail_once_and_looking_changes_nothing(
    phones: Phones, postbox: Postbox, server: str
) -> None:
    await mailed(phones, server)
    (mail,) = postbox.mails
    address = str(mail["List-Unsubscribe"]).strip("<>")
    path = address[address.index("/v1/") :]
    nobody = phones.service.client()
    page = await nobody.get(path)
    assert (page.status_code, '<form method="post">' in page.text) == (200, True)
    assert await phones.service.sql("SELECT * FROM opt_outs") == []
    one_click = {"List-Unsubscribe": "One-Click"}
    for _ in range(2):
        assert (await nobody.post(path, data=one_click)).json() == {"topic": "cases"}
    (refusal,) = await phones.service.sql("SELECT * FROM opt_outs")
    assert (refusal["channel"], refusal["topic"], refusal["source"]) == ("email", "cases", "mail")
    pressed = await nobody.post(path, headers={"Accept": "text/html"})
    assert "已退订" in pressed.text
    for wrong in (path[:-1] + ("A" if path[-1] != "A" else "B"), f"/v1/unsubscribe/{uuid4()}/{path[-22:]}"):
        assert (await nobody.post(wrong, data=one_click)).status_code == 404
    await mailed(phones, server)
    assert len(postbox.mails) == 1
    last = (await phones.messages(channel="email"))[-1]
    assert (last["state"], last["reason"]) == ("suppressed", "opted_out")
