"""The states of members' things as pages: generated from the same tables that the rules use."""

from collections.abc import Mapping
from typing import Any

from services.members.domain.groups import membership, organization, task_force
from services.members.domain.people import person


def page(title: str, moves: Mapping[Any, Mapping[Any, Any]]) -> str:
    """A state diagram in Mermaid, a line for each move there is."""
    lines = [f"    {source} --> {target}: {move}" for source, there in moves.items() for move, target in there.items()]
    final = [f"    {source} --> [*]" for source, there in moves.items() if not there]
    return "\n".join([f"# {title}", "", "```mermaid", "stateDiagram-v2", *lines, *final, "```", ""])


STATES: Mapping[str, str] = {
    "person.md": page("A person", person.MOVES),
    "membership.md": page("A membership", membership.MOVES),
    "organization.md": page("An organisation", organization.MOVES),
    "task-force.md": page("A task force", task_force.MOVES),
}
