"""A provider template: one combination of a text's conditionals in one language, as a provider has it on file.

A vendor that sends only filed texts is given a code and parameters; what it makes of them must be our own rendering.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType
from typing import Final
from uuid import UUID

from chassis.refused import Refused
from services.notify.domain import placeholders

FILED_KINDS: Final = frozenset({"aliyun", "tencent"})
PARAMETERS_MAX: Final = 20
PARAMETER_CHARACTERS_MAX: Final = 35
COMBINATIONS_MAX: Final = 8
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z0-9_]+)\}|\{(\d+)\}")


class State(StrEnum):
    """What the provider says to it."""

    NONE = "none"
    FILED = "filed"
    APPROVED = "approved"
    REJECTED = "rejected"
    REVOKED = "revoked"


class Move(StrEnum):
    """What may happen to it."""

    FILE = "file"
    APPROVE = "approve"
    REJECT = "reject"
    REVOKE = "revoke"


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.NONE: {Move.FILE: State.FILED},
        State.FILED: {Move.APPROVE: State.APPROVED, Move.REJECT: State.REJECTED},
        State.APPROVED: {Move.REVOKE: State.REVOKED},
        State.REJECTED: {},
        State.REVOKED: {},
    }
)
STANDING: Final = frozenset({State.FILED, State.APPROVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What is on file at one provider for one combination; `parameters` are our names in the vendor's order."""

    id: UUID
    template: str
    version: int
    provider: str
    language: str
    shown: frozenset[str]
    code: str
    text: str
    parameters: tuple[str, ...]
    state: State
    revision: int

    def moved(self, move: Move) -> "Filing":
        """The filing after a move of the table."""
        if move not in MOVES[self.state]:
            raise Refused(f"cannot_{move}_when_{self.state}")
        return replace(self, state=MOVES[self.state][move])

    def values(self, ours: Mapping[str, str]) -> dict[str, str]:
        """The vendor's variables with our values, in its order."""
        known = {placeholders.key(name): text for name, text in ours.items()}
        pairs = zip(variables(self.text), self.parameters, strict=True)
        return {variable: known[placeholders.key(name)] for variable, name in pairs}


def shown_sets(flags: Sequence[str]) -> list[frozenset[str]]:
    """Every combination of conditionals; more than 8 are refused."""
    if 2 ** len(flags) > COMBINATIONS_MAX:
        raise Refused("too_many_conditionals", status=422, detail=", ".join(flags))
    return [frozenset(some) for many in range(len(flags) + 1) for some in combinations(flags, many)]


def variables(text: str) -> list[str]:
    """The vendor's variables: `${name}` by their first appearance, `{1}` by their number."""
    found = list(dict.fromkeys(m[1] or m[2] for m in _VARIABLE.finditer(text)))
    return sorted(found, key=int) if all(one.isdigit() for one in found) else found


def filled(text: str, values: Mapping[str, str]) -> str:
    """What the vendor makes of the filed text: each variable is replaced once, values are not looked at again."""
    return _VARIABLE.sub(lambda m: values.get(m[1] or m[2], m[0]), text)


def as_filed(body: str, kind: str) -> str:
    """A body of one combination as this kind of vendor wants it."""
    names = placeholders.names(body)
    wanted = {name: f"{{{n}}}" if kind == "tencent" else f"${{{name}}}" for n, name in enumerate(names, 1)}
    return placeholders.rendered(body, wanted)


def check_body(body: str) -> None:
    """Refuse what a vendor would refuse: adjacent variables, nothing but one, or too many."""
    names = placeholders.names(body)
    if len(names) > PARAMETERS_MAX:
        raise Refused("too_many_parameters", status=422, detail=f"{len(names)}, at most {PARAMETERS_MAX}")
    alone = len(names) == 1 and re.fullmatch(r"\s*\(\([^()]+\)\)\s*", body)
    if "))((" in body or alone:
        raise Refused("parameters_adjacent", status=422)


def check(filing: Filing, body: str) -> None:
    """Refuse a filing whose text, filled in, is not our own body of this combination, character by character."""
    check_body(body)
    found = variables(filing.text)
    if len(found) != len(filing.parameters):
        raise Refused("parameters_wrong", status=422, detail=f"{len(found)} variables")
    if unknown := sorted(set(_keys(filing.parameters)) ^ set(_keys(placeholders.names(body)))):
        raise Refused("parameters_wrong", status=422, detail=", ".join(unknown))
    ours = {name: f"(({placeholders.key(name)}))" for name in filing.parameters}
    if filled(filing.text, filing.values(ours)) != placeholders.plain(body):
        raise Refused("differs_from_filed_text", status=422)


def code_of_seed(template: str, language: str) -> str:
    """SMS_case_received, and SMS_case_received_en."""
    return f"SMS_{template.replace('-', '_')}" + ("" if language.startswith("zh") else f"_{language}")


def of_seed(*, id: UUID, template: str, version: int, language: str, body: str, provider: str) -> Filing:
    """The filing of a seeded text, which is filed before it is used."""
    return Filing(
        id=id,
        template=template,
        version=version,
        provider=provider,
        language=language,
        shown=frozenset(),
        code=code_of_seed(template, language),
        text=as_filed(body, "aliyun"),
        parameters=tuple(placeholders.names(body)),
        state=State.APPROVED,
        revision=1,
    )


def _keys(names: Sequence[str]) -> list[str]:
    return [placeholders.key(name) for name in names]
