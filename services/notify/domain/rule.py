"""A rule (通知规则): one row that says whom an event is told to, with which template and which question.

`when` is a conjunction of comparisons, never an expression; a rule names only fields that its event's reader declares.
"""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

from chassis.refused import Refused
from services.notify.domain.digest import Digest
from services.notify.domain.prompt import Option
from services.notify.domain.reply import option_faults

AUDIENCES: Final = frozenset({"person", "persons", "leader", "role", "everywhere", "challenge", "robot"})
NAMED_ROLES: Final = frozenset({"operator", "secretary", "district"})  # role(operator); any other word is a field
OPERATORS: Final = frozenset({"=", "!=", "in", "not in", "<", "<=", "present"})
CHANNELS: Final = frozenset({"tray", "sms", "robot"})
AFTER_MINUTES_MAX: Final = 24 * 60
_AFTER: Final = re.compile(r"^PT(?:(\d{1,2})H)?(?:(\d{1,3})M)?$")
_AUDIENCE: Final = re.compile(r"^([a-z]+)\(([a-z_]+)\)$")


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of one declared field."""

    field: str
    op: str
    value: Any = None

    def holds(self, facts: Mapping[str, Any]) -> bool:
        have = facts.get(self.field)
        match self.op:
            case "present":
                return have is not None
            case "=":
                return bool(have == self.value)
            case "!=":
                return bool(have != self.value)
            case "in":
                return have in self.value
            case "not in":
                return have not in self.value
            case "<":
                return have is not None and have < self.value
            case "<=":
                return have is not None and have <= self.value
        raise Refused("operator_unknown", status=422)


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a rule tells, named by a field of the event, or by a role: near the case, or wherever it is held."""

    kind: str
    field: str

    @property
    def fields(self) -> set[str]:
        """The event's field it relies on, where it names one."""
        by_role = self.kind in ("role", "everywhere") and self.field in NAMED_ROLES
        return set() if by_role else {self.field}

    @classmethod
    def parse(cls, text: str) -> "Audience":
        match = _AUDIENCE.match(text)
        if match is None or match[1] not in AUDIENCES:
            raise Refused("audience_unknown", status=422, detail=text)
        return cls(match[1], match[2])


@dataclass(frozen=True, slots=True)
class Question:
    """The prompt a rule asks: what it is about, how long it stands, and what ends it."""

    about: str
    purpose: str
    valid_hours: int
    options: tuple[Option, ...]
    withdraw_on: tuple[str, ...] = ()
    changeable: bool = False
    of_several: bool = False  # several people are asked the same in one round; else the newest takes the others' place

    def choices_in(self, language: str) -> str:
        """The choices as they stand in a text: 回复1接单,2退回; Reply 1 Accept, 2 Return."""
        return choices(self.options, language)


@dataclass(frozen=True, slots=True)
class Step:
    """One channel of a rule: at once, or some minutes later unless the person has read it or answered by then."""

    channel: str
    after_minutes: int = 0

    @classmethod
    def parse(cls, row: Mapping[str, Any]) -> "Step":
        """`{channel = "sms", after = "PT30M", unless = "read"}`: what comes later must say what makes it needless."""
        match = _AFTER.match(row.get("after", "PT0M"))
        if match is None or not set(row) <= {"channel", "after", "unless"}:
            raise Refused("channels_invalid", status=422, detail=str(dict(row)))
        minutes = int(match[1] or 0) * 60 + int(match[2] or 0)
        if row.get("unless", "") != ("read" if minutes else ""):
            raise Refused("channels_invalid", status=422, detail=str(dict(row)))
        return cls(str(row.get("channel", "")), minutes)


def choices(options: Sequence[Option], language: str) -> str:
    """The options as a text asks them."""
    if language.startswith("zh"):
        return "回复" + ",".join(f"{o.key}{o.label}" for o in options)
    return "Reply " + ", ".join(f"{o.key} {o.label_en or o.label}" for o in options)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table of rules.

    `on_unknown` is for texts about money: nobody repeats one of which nobody knows whether it arrived. An event of
    `withdraw_on` about the same thing makes what has not left needless.
    """

    name: str
    version: int
    event: str
    when: tuple[Condition, ...]
    audience: Audience
    fallback: Audience | None
    template: str
    priority: int
    about: str
    question: Question | None
    once_per_prompt: bool = False
    enabled: bool = True
    channels: tuple[Step, ...] = (Step("sms"),)
    on_unknown: str = ""
    withdraw_on: tuple[str, ...] = ()
    digest: Digest | None = None

    def applies(self, facts: Mapping[str, Any]) -> bool:
        """Whether every condition holds."""
        return self.enabled and all(condition.holds(facts) for condition in self.when)

    def fields(self) -> set[str]:
        """The event's fields this rule relies on."""
        named = {c.field for c in self.when} | self.audience.fields | {self.about}
        if self.fallback is not None:
            named |= self.fallback.fields
        if self.question is not None:
            named.add(self.question.about)
        return {name for name in named if name}


def check(rule: Rule, declared: Set[str], templates: Set[str]) -> None:
    """Refuse a rule that can never work."""
    if rule.event.startswith("notify."):
        raise Refused("rule_on_own_event", status=422, detail=rule.name)
    if unknown := rule.fields() - declared:
        raise Refused("rule_field_undeclared", status=422, detail=f"{rule.name}: {sorted(unknown)}")
    if rule.template not in templates:
        raise Refused("rule_template_unknown", status=422, detail=f"{rule.name}: {rule.template}")
    if wrong := [c.op for c in rule.when if c.op not in OPERATORS]:
        raise Refused("operator_unknown", status=422, detail=f"{rule.name}: {wrong}")
    _check_channels(rule)
    if rule.question is not None and (faults := option_faults(rule.question.options)):
        raise Refused("options_ambiguous", status=422, detail=f"{rule.name}: {faults}")


def _check_channels(rule: Rule) -> None:
    """Each channel once, the first at once. A code has no tray: nobody may keep it. A chat has its robot only."""
    names = [step.channel for step in rule.channels]
    later = [step.after_minutes for step in rule.channels]
    wrong = not names or len(set(names)) < len(names) or not set(names) <= CHANNELS or later != sorted(later)
    to_chat = rule.audience.kind == "robot"
    wrong = wrong or ("robot" in names) != to_chat or (to_chat and (len(names) > 1 or rule.question is not None))
    wrong = wrong or (rule.digest is not None and (to_chat or rule.question is not None or names[-1] == "tray"))
    if wrong or later[0] or later[-1] > AFTER_MINUTES_MAX or ("tray" in names and rule.audience.kind == "challenge"):
        raise Refused("channels_invalid", status=422, detail=f"{rule.name}: {names}")
