"""The residents' and leaders' phones: what they received, and what they text back."""

from dataclasses import dataclass
from typing import Any

import httpx

from demo.proofs import until

Json = dict[str, Any]


@dataclass
class Phones:
    """A client of the gateway simulator's own JSON API."""

    url: str
    http: httpx.AsyncClient

    async def label(self, number: str, label: str) -> None:
        (await self.http.put(f"{self.url}/sim/handsets/{number}", json={"label": label})).raise_for_status()

    async def received(self, number: str) -> list[Json]:
        """Texts that arrived on this handset, oldest first."""
        answer = await self.http.get(f"{self.url}/sim/handsets/{number}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return []
        threads = answer.raise_for_status().json()["threads"]
        arrived = [text for thread in threads for text in thread["messages"] if text["direction"] == "to_handset"]
        return sorted(arrived, key=lambda text: int(text["id"]))

    async def next_text(self, number: str, *, after: int = 0, saying: str = "", within_seconds: float = 20.0) -> Json:
        """The first text after the given one that says this."""

        async def probe() -> Json | None:
            for text in await self.received(number):
                if int(text["id"]) > after and saying in text["text"]:
                    return text
            return None

        return await until(f"a text on {number[-4:]} saying {saying or 'anything'}", probe, within_seconds)

    async def last_id(self, number: str) -> int:
        return max((int(text["id"]) for text in await self.received(number)), default=0)

    async def text(self, number: str, words: str, *, in_reply_to: str = "", times: int = 1) -> Json:
        body: Json = {"text": words, "times": times}
        if in_reply_to:
            body["in_reply_to"] = in_reply_to
        answer = await self.http.post(f"{self.url}/sim/handsets/{number}/texts", json=body)
        sent: Json = answer.raise_for_status().json()
        return sent

    async def submissions(self) -> list[Json]:
        """Everything the product ever handed to the provider."""
        found: list[Json] = []
        after: str | None = None
        while True:
            query = {"limit": 1000} | ({"after": after} if after else {})
            page = (await self.http.get(f"{self.url}/sim/submissions", params=query)).raise_for_status().json()
            found += page["items"]
            after = page["next"]
            if after is None:
                return found

    async def set_faults(self, **faults: Any) -> None:
        (await self.http.put(f"{self.url}/sim/faults", json=faults)).raise_for_status()
