"""One text to one number, as a vendor's API has read and judged it."""

from dataclasses import dataclass
from typing import Any

from demo.gateway.messages import Direction, Message, State, segments


@dataclass(frozen=True, slots=True)
class Submission:
    """With a `reason` it is refused."""

    provider: str
    number: str
    thread: str
    text: str
    client_ref: str | None
    biz_id: str | None
    code: str
    reason: str | None
    call: dict[str, Any]
    sign_name: str = ""
    template_code: str | None = None
    segments: list[int] | None = None
    udh: str | None = None
    report_url: str | None = None

    def message(self, message_id: str, at: str) -> Message:
        return Message(
            id=message_id,
            number=self.number,
            thread=self.thread,
            direction=Direction.TO_HANDSET,
            text=self.text,
            at=at,
            state=State.ACCEPTED if self.reason is None else State.REFUSED,
            reason=self.reason,
            segments=self.segments or segments(self.text),
            sign_name=self.sign_name,
            code=self.code,
            client_ref=self.client_ref,
            biz_id=self.biz_id,
            template_code=self.template_code,
            call=self.call,
            provider=self.provider,
            udh=self.udh,
            report_url=self.report_url,
        )
