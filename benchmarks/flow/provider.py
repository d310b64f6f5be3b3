"""The gateway's Aliyun API as a client sees it: one signed call per SMS. Shared by the peers, not by our services."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx

EMPTY_HASH = hashlib.sha256(b"").hexdigest()
TEMPLATE = "SMS_bench"
SIGNATURE = "一呼"


@dataclass(frozen=True, slots=True)
class Provider:
    url: str
    key_id: str
    key_secret: str
    http: httpx.AsyncClient

    async def send(self, number: str, client_ref: str, case: str) -> bool:
        query = {
            "OutId": client_ref,
            "PhoneNumbers": number,
            "SignName": SIGNATURE,
            "TemplateCode": TEMPLATE,
            "TemplateParam": json.dumps({"number": case}),
        }
        words = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in sorted(query.items()))
        answer = await self.http.post(f"{self.url}/?{words}", headers=self._signed(words))
        return bool(answer.json().get("Code") == "OK")

    def _signed(self, query: str) -> dict[str, str]:
        headers = {
            "host": self.url.partition("//")[2],
            "x-acs-action": "SendSms",
            "x-acs-content-sha256": EMPTY_HASH,
            "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": uuid4().hex,
            "x-acs-version": "2017-05-25",
        }
        names = ";".join(sorted(headers))
        lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        canonical = f"POST\n/\n{query}\n{lines}\n{names}\n{EMPTY_HASH}"
        signed = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(self.key_secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
        credential = f"ACS3-HMAC-SHA256 Credential={self.key_id},SignedHeaders={names},Signature={signature}"
        return headers | {"Authorization": credential}


async def file_template(url: str, http: httpx.AsyncClient) -> None:
    template: dict[str, Any] = {"code": TEMPLATE, "sign_name": SIGNATURE, "text": "新任务${number}，回复1接单"}
    (await http.post(f"{url}/sim/templates", json=[template])).raise_for_status()


async def point_reports_at(url: str, report_url: str, http: httpx.AsyncClient) -> None:
    """Delivery reports go to whoever is being measured, without delay."""
    settings = {"report_url": report_url, "report_delay_ms": 0}
    (await http.put(f"{url}/sim/settings", json=settings)).raise_for_status()
