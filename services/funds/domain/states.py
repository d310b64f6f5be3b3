"""The state diagrams of funds' pages, drawn from the tables themselves."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from services.funds.domain import application, approval, commitment, duty, payment, period

_PAGES: Final[Mapping[str, tuple[str, Mapping[Any, Mapping[Any, StrEnum]], str]]] = {
    "application.md": ("Application for help (帮扶申请)", application.MOVES, "draft"),
    "approval.md": ("Approval (审批)", approval.MOVES, "open"),
    "commitment.md": ("Commitment (已承诺支出)", commitment.MOVES, "open"),
    "payment.md": ("Payment (付款)", payment.MOVES, "prepared"),
    "duty.md": ("Duty in a fund (岗位)", duty.MOVES, "proposed"),
    "period.md": ("Period (会计期间)", period.MOVES, "open"),
}


def pages() -> dict[str, str]:
    """Each page by its file name."""
    return {name: _page(*page) for name, page in _PAGES.items()}


def _page(title: str, moves: Mapping[Any, Mapping[Any, StrEnum]], first: str) -> str:
    arrows = [f"    {state} --> {to}: {move}" for state, out in moves.items() for move, to in out.items()]
    ends = [f"    {state} --> [*]" for state, out in moves.items() if not out]
    diagram = [f"    [*] --> {first}", *arrows, *ends]
    return "\n".join([f"# {title}", "", "```mermaid", "stateDiagram-v2", *diagram, "```", ""])
