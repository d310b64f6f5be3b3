"""A template: the words of one kind of text, its class, and what of it is filed at the provider.

Our rendering equals the filed text with its parameters, character by character: preview = wire = bill.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chassis.refused import Refused
from services.notify.domain import placeholders
from services.notify.domain.message import OnUnknown

PARAMETER_CHARACTERS_MAX: Final = 35
PARAMETERS_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class MessageClass:
    """What a class of messages may do: how long it is worth anything, and what happens when nobody knows."""

    name: str
    valid_minutes: int
    on_unknown: OnUnknown
    refusable: bool
    any_hour: bool
    keeps_text: bool


CLASSES: Final[Mapping[str, MessageClass]] = {
    "code": MessageClass("code", 5, OnUnknown.NEVER, refusable=False, any_hour=True, keeps_text=False),
    "notice": MessageClass("notice", 24 * 60, OnUnknown.ONCE, refusable=True, any_hour=False, keeps_text=True),
    "auto": MessageClass("auto", 60, OnUnknown.NEVER, refusable=False, any_hour=True, keeps_text=True),
}
"""`auto` is our own word for texts that answer a text at once (a confirmation, a hint); they have their own cap."""


def any_hour(message_class: str, facts: Mapping[str, object]) -> bool:
    """Whether a text may come at night: its class says so, or the case is urgent."""
    return CLASSES[message_class].any_hour or facts.get("case_class") == "urgent"


@dataclass(frozen=True, slots=True)
class Template:
    """One live version of one text in zh-CN, with the code under which it is filed."""

    name: str
    version: int
    message_class: str
    topic: str
    body: str
    provider_code: str

    @property
    def parameters(self) -> list[str]:
        """The provider's parameters, in the order of the text."""
        return placeholders.names(self.body)

    @property
    def filed_text(self) -> str:
        """The text as it stands at the vendor: `${name}` for each placeholder."""
        return placeholders.rendered(self.body, {name: f"${{{name}}}" for name in self.parameters})


@dataclass(frozen=True, slots=True)
class Rendered:
    """One text ready to go: what the handset shows, and what the provider is given."""

    text: str
    parameters: Mapping[str, str]


def check(template: Template) -> None:
    """Refuse a text the vendor would refuse: adjacent variables, nothing but one, or too many."""
    placeholders.check(template.body)
    if len(template.parameters) > PARAMETERS_MAX:
        raise Refused("too_many_parameters", status=422, detail=template.name)
    if "))((" in template.body or (
        template.body.startswith("((") and template.body.endswith("))") and template.body.count("((") == 1
    ):
        raise Refused("parameters_adjacent", status=422, detail=template.name)


def render(template: Template, signature: str, values: Mapping[str, object]) -> Rendered:
    """The text with its signature, and its parameters; equal to the filed text filled in, or refused."""
    clean = {name: placeholders.value(name, value) for name, value in values.items()}
    body = placeholders.rendered(template.body, clean)
    parameters = {name: _parameter(name, clean) for name in template.parameters}
    if filled(template.filed_text, parameters) != body:
        raise Refused("differs_from_filed_text", status=422, detail=template.name)
    return Rendered(f"【{signature}】{body}", parameters)


def filled(filed_text: str, parameters: Mapping[str, str]) -> str:
    """What the vendor makes of the filed text."""
    for name, value in parameters.items():
        filed_text = filed_text.replace(f"${{{name}}}", value)
    return filed_text


def _parameter(name: str, values: Mapping[str, str]) -> str:
    known = {placeholders.key(given): text for given, text in values.items()}
    value = known[placeholders.key(name)]
    if len(value) > PARAMETER_CHARACTERS_MAX:
        errors = [{"pointer": f"/{name}", "code": "too_long", "detail": f"{len(value)} characters"}]
        raise Refused("value_too_long", status=422, errors=errors)
    return value
