"""Mail by SMTP: text and HTML, with our reference as a constant Message-ID, so that a repeated mail is seen as one.

A 4xx comes again later, a 5xx fails; what breaks after the words were handed over (DATA) is unknown. TLS is required,
but where the provider's row allows a plain server (embedded only). Nothing reports on a mail: it ends in submitted.
"""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import aiosmtplib

from services.notify.channels.contract import Answer, Push
from services.notify.channels.mail_frame import framed
from services.notify.domain.delivery_report import DeliveryReport
from services.notify.domain.guard import Guard
from services.notify.domain.outcome import (
    Accepted,
    BadItem,
    CannotSay,
    Finding,
    Lost,
    Outcome,
    Outgoing,
    RefusalClass,
    RefusedBy,
    Uplink,
)
from services.notify.domain.provider import Provider

CALL_SECONDS: Final = 10
PORTS: Final = {"smtp": 587, "smtps": 465}
RECIPIENT_CODES: Final = frozenset({550, 551, 553})
ACCOUNT_CODES: Final = frozenset({530, 534, 535, 538})


class NoTls(aiosmtplib.SMTPException):
    """The server speaks no TLS, and nothing is sent without."""


class Smtp:
    """One account at one mail server; a connection for each mail."""

    def __init__(self, provider: Provider) -> None:
        parts = urlsplit(provider.base_url)
        self.provider = provider.id
        self._host, self._port = parts.hostname or "localhost", parts.port or PORTS.get(parts.scheme, 587)
        self._implicit, self._plain = parts.scheme == "smtps", bool(provider.options.get("plain"))
        self._user, self._password = provider.credentials.get("user", ""), provider.credentials.get("password", "")

    async def submit(self, outgoing: Outgoing) -> Outcome:
        """Hand one mail over."""
        mail = mail_of(outgoing)
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            timeout=CALL_SECONDS,
            use_tls=self._implicit,
            start_tls=False,
            tls_context=ssl.create_default_context(),
        )
        try:
            await self._opened(client)
        except NoTls:
            client.close()
            return RefusedBy(RefusalClass.ACCOUNT, "tls_required")
        except aiosmtplib.SMTPResponseException as error:
            client.close()
            return _refused(error.code, RefusalClass.ACCOUNT)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            client.close()
            return RefusedBy(RefusalClass.NOT_SENT, type(error).__name__)
        return await _handed_over(client, mail, outgoing)

    async def _opened(self, client: aiosmtplib.SMTP) -> None:
        await client.connect()
        if not self._implicit:
            await client.ehlo()
            if client.supports_extension("starttls"):
                await client.starttls()
            elif not self._plain:
                raise NoTls("tls_required")
        if self._user:
            await client.login(self._user, self._password)

    async def find(self, client_ref: UUID, number: str, claimed_at: datetime) -> Finding:
        """A mail server answers no questions."""
        return CannotSay()

    def prove(self, push: Push) -> bool:
        """Nobody pushes to us."""
        return False

    def read_reports(self, push: Push) -> Sequence[DeliveryReport | BadItem]:
        return []

    def read_uplinks(self, push: Push) -> Sequence[Uplink | BadItem]:
        return []

    def yes(self, what: str) -> Answer:
        return Answer()

    async def close(self) -> None:
        """No connection is kept."""


def opened(provider: Provider, push_url: str, guard: Guard) -> Smtp:
    """The channel to a mail server, which only our own operators name."""
    return Smtp(provider)


def mail_of(outgoing: Outgoing) -> EmailMessage:
    """The mail as it goes on the wire."""
    mail = EmailMessage()
    mail["From"], mail["To"] = outgoing.sender, outgoing.number
    mail["Subject"] = " ".join(outgoing.subject.split())  # a value may hold a line's end; a head may not
    mail["Message-ID"] = f"<{outgoing.client_ref}@{outgoing.sender.rpartition('@')[2]}>"
    mail["Date"] = format_datetime(datetime.now(UTC))
    if outgoing.unsubscribe_url:
        mail["List-Unsubscribe"] = f"<{outgoing.unsubscribe_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(outgoing.text)
    html = framed(outgoing.subject, outgoing.text, unsubscribe_url=outgoing.unsubscribe_url)
    mail.add_alternative(html, subtype="html")
    return mail


async def _handed_over(client: aiosmtplib.SMTP, mail: EmailMessage, outgoing: Outgoing) -> Outcome:
    """MAIL, RCPT, DATA. Up to the answer to RCPT nothing has been sent; after that only an answer says."""
    try:
        await client.mail(outgoing.sender)
        await client.rcpt(outgoing.number)
    except aiosmtplib.SMTPResponseException as error:
        client.close()
        return _refused(error.code, RefusalClass.UNLISTED)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        client.close()
        return RefusedBy(RefusalClass.NOT_SENT, type(error).__name__)
    try:
        _, said = await client.data(mail.as_bytes(policy=mail.policy.clone(linesep="\r\n")))
    except aiosmtplib.SMTPDataError as error:
        client.close()
        return _refused(error.code, RefusalClass.UNLISTED)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        client.close()
        return Lost(type(error).__name__)
    client.close()
    return Accepted(said.split()[-1][:100] if said.split() else str(outgoing.client_ref))


def _refused(code: int, otherwise: RefusalClass) -> RefusedBy:
    """What a reply code means: 4xx comes again, 5xx is the recipient's, the account's, or final."""
    if code < 500:
        return RefusedBy(RefusalClass.NOT_SENT, f"smtp_{code}")
    if code in ACCOUNT_CODES:
        return RefusedBy(RefusalClass.ACCOUNT, f"smtp_{code}")
    return RefusedBy(RefusalClass.RECIPIENT if code in RECIPIENT_CODES else otherwise, f"smtp_{code}")
