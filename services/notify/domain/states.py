"""The state diagrams of notify's pages, drawn from the tables themselves."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from services.notify.domain import (
    breaker,
    campaign,
    emergency,
    filing,
    message,
    prompt,
    provider,
    submission,
    template_version,
    tray,
    webhook,
)

_PAGES: Final[Mapping[str, tuple[str, Mapping[Any, Mapping[Any, StrEnum]], str]]] = {
    "message.md": ("Message (消息)", message.MOVES, "queued"),
    "submission.md": ("Submission (提交)", submission.MOVES, "claimed"),
    "prompt.md": ("Prompt (问题)", prompt.MOVES, "planned"),
    "template_version.md": ("Template version (模板版本)", template_version.MOVES, "draft"),
    "provider_template.md": ("Provider template (报备模板)", filing.MOVES, "none"),
    "campaign.md": ("Campaign (群发)", campaign.MOVES, "draft"),
    "emergency.md": ("Emergency (紧急授权)", emergency.MOVES, "requested"),
    "provider.md": ("Provider (短信服务商)", provider.MOVES, "active"),
    "breaker.md": ("Breaker (熔断)", breaker.MOVES, "closed"),
    "tray.md": ("Tray item (站内信)", tray.MOVES, "new"),
    "webhook_delivery.md": ("Webhook delivery (外部推送)", webhook.MOVES, "pending"),
}


def pages() -> dict[str, str]:
    """Each page by its file name."""
    return {name: _page(*page) for name, page in _PAGES.items()}


def _page(title: str, moves: Mapping[Any, Mapping[Any, StrEnum]], first: str) -> str:
    rows = [(state, move, to) for state, out in moves.items() for move, to in out.items()]
    diagram = [f"    [*] --> {first}", *(f"    {state} --> {to}: {move}" for state, move, to in rows)]
    table = [f"| {state} | {move} | {to} |" for state, move, to in rows]
    return "\n".join(
        [
            f"# {title}",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *diagram,
            "```",
            "",
            "| from | move | to |",
            "|---|---|---|",
            *table,
            "",
        ]
    )
