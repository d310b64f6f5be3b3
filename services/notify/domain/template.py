"""A template: the words of one kind of text in each language, its class, and what of it is filed at the providers.

Our rendering equals the filed text with its parameters, character by character: preview = wire = bill.
"""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from chassis.refused import Refused
from services.notify.domain import filing, placeholders, reply
from services.notify.domain.filing import Filing
from services.notify.domain.hours import Hours
from services.notify.domain.message import OnUnknown

CHINESE: Final = "zh-CN"
LANGUAGES: Final = (CHINESE, "en")
WAYS_OUT: Final[Mapping[str, str]] = {CHINESE: "拒收请回复R", "en": "Reply R to stop"}
NO_LINKS: Final = frozenset({"code", "promotion"})
NEUTRAL_FIELDS: Final = frozenset({"token", "choices"})
_DOWNGRADES: Final = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "}
)
_ASKED_WORD: Final = re.compile(r"(?<!拒收请)(?<!退订请)回复\s*([A-Z]+|退订|拒收)")


@dataclass(frozen=True, slots=True)
class MessageClass:
    """What a class of messages may do: how long it is worth anything, and what happens when nobody knows."""

    name: str
    valid_minutes: int
    on_unknown: OnUnknown
    refusable: bool
    any_hour: bool
    keeps_text: bool
    needs_consent: bool = False
    priority: int = 2


_HOUR: Final = 60
CLASSES: Final[Mapping[str, MessageClass]] = {
    one.name: one
    for one in (
        MessageClass("code", 5, OnUnknown.NEVER, refusable=False, any_hour=True, keeps_text=False, priority=0),
        MessageClass("notice", 24 * _HOUR, OnUnknown.ONCE, refusable=True, any_hour=False, keeps_text=True),
        MessageClass("mutual-aid", 48 * _HOUR, OnUnknown.ONCE, True, False, True, needs_consent=True, priority=3),
        MessageClass("promotion", 24 * _HOUR, OnUnknown.NEVER, True, False, True, needs_consent=True, priority=3),
        MessageClass(
            "emergency", 2 * _HOUR, OnUnknown.ONCE, refusable=False, any_hour=True, keeps_text=True, priority=0
        ),
        MessageClass("auto", _HOUR, OnUnknown.NEVER, refusable=False, any_hour=True, keeps_text=True),
    )
}
"""`auto` is our own word for texts that answer a text at once (a confirmation, a hint); they have their own cap.
`emergency` is laid over notices while an authorisation is in force: no template is of this class."""
TEMPLATE_CLASSES: Final = frozenset(CLASSES) - {"emergency"}


def any_hour(message_class: str, facts: Mapping[str, object]) -> bool:
    """Whether a text may come at night: its class says so, or it is a notice of an urgent case."""
    urgent = message_class == "notice" and facts.get("case_class") == "urgent"
    return CLASSES[message_class].any_hour or urgent


@dataclass(frozen=True, slots=True)
class Template:
    """One version of one text in its languages, with what the template fixes for all its versions."""

    name: str
    version: int
    message_class: str
    topic: str
    bodies: Mapping[str, str]
    filings: tuple[Filing, ...] = ()
    hours: Hours | None = None
    links: bool = False
    downgrade: bool = False
    confidential: bool = False
    channel: str = "sms"
    subjects: Mapping[str, str] = field(default_factory=dict)
    id: UUID | None = None
    organization_id: UUID | None = None

    @property
    def fields(self) -> list[str]:
        """Every name a text of this version may need, in whichever language."""
        texts = (*self.bodies.values(), *self.subjects.values())
        return list(dict.fromkeys(name for text in texts for name in placeholders.fields(text)))

    def language_for(self, wanted: str) -> str:
        """The person's language where there is a body in it, else Chinese."""
        return next((own for own in self.bodies if own.split("-")[0] == wanted.split("-")[0]), CHINESE)

    def body_of(self, language: str, shown: Set[str]) -> str:
        """The body of one combination as it goes out and as it is filed: placeholders stand, the way out is added."""
        body = placeholders.without_hidden(self.bodies[language], shown)
        return self.finished(body, language) if body.strip() else ""

    def combinations(self) -> Iterator[tuple[str, frozenset[str], str]]:
        """Language, shown conditionals and body of each text that can go out and is therefore filed on its own."""
        for language in sorted(self.bodies, key=LANGUAGES.index):
            for shown in filing.shown_sets(placeholders.flags(self.bodies[language])):
                if text := self.body_of(language, shown):
                    yield language, shown, text

    def finished(self, body: str, language: str) -> str:
        """A body as it goes out: made plain where the template says so, a promotion with its way out."""
        if self.downgrade:
            body = downgraded(body)
        return body + WAYS_OUT[language] if self.message_class == "promotion" else body


@dataclass(frozen=True, slots=True)
class Rendered:
    """One text ready to go: what the handset shows, and what went into it."""

    signature: str
    body: str
    language: str
    shown: frozenset[str]
    values: Mapping[str, str]

    @property
    def text(self) -> str:
        """The text as it is sent, counted and charged."""
        return f"【{self.signature}】{self.body}" if self.signature else self.body


@dataclass(frozen=True, slots=True)
class AtProvider:
    """What a provider that sends filed texts is given."""

    code: str
    parameters: Mapping[str, str]


def render(
    template: Template, signature: str, values: Mapping[str, object], language: str = CHINESE, *, subject: bool = False
) -> Rendered:
    """The text with its signature in the person's language (of a mail its subject, where asked), or refused."""
    chosen = template.language_for(language)
    body = (template.subjects if subject else template.bodies)[chosen]
    known = _known(template, values, chosen)
    needed = placeholders.fields(body)
    if not template.links or template.message_class in NO_LINKS:
        placeholders.refuse_links({name: known[name] for name in needed if name in known})
    text = placeholders.rendered(body, known)
    if not text.strip():
        raise Refused("empty", status=422, detail=template.name)
    flags = placeholders.flags(body)
    shown = frozenset(flag for flag in flags if placeholders.is_yes(known[flag]))
    used = placeholders.names(placeholders.without_hidden(body, shown))
    return Rendered(signature, template.finished(text, chosen), chosen, shown, {name: known[name] for name in used})


def _known(template: Template, values: Mapping[str, object], language: str) -> dict[str, str]:
    """The values by the names the template uses, cleaned."""
    own = {placeholders.key(name): name for name in template.fields}
    known = {}
    for name, given in values.items():
        if given is not None and (wanted := own.get(placeholders.key(name))):
            text = placeholders.value(wanted, given, language=language, one_line=template.channel == "sms")
            known[wanted] = downgraded(text) if template.downgrade else text
    return known


def downgraded(text: str) -> str:
    """Typographic quotes, dashes and dots as GSM-7 has them; Chinese stays as it is."""
    return text.translate(_DOWNGRADES)


def at_provider(template: Template, provider: str, rendered: Rendered) -> AtProvider:
    """Code and parameters for a provider; refused where this text is not approved, or would come out otherwise."""
    for filed in template.filings:
        if filed.provider == provider and _is_of(filed, rendered):
            parameters = filed.values(rendered.values)
            for name, value in zip(filed.parameters, parameters.values(), strict=True):
                _check_length(name, value)
            if filing.filled(filed.text, parameters) != rendered.body:
                raise Refused("differs_from_filed_text", status=422, detail=template.name)
            return AtProvider(filed.code, parameters)
    raise Refused("not_filed", status=422, detail=f"{template.name} {rendered.language} at {provider}")


def providers_of(template: Template, rendered: Rendered) -> frozenset[str]:
    """Where this text is approved."""
    return frozenset(filed.provider for filed in template.filings if _is_of(filed, rendered))


def _is_of(filed: Filing, rendered: Rendered) -> bool:
    approved = filed.state is filing.State.APPROVED
    return approved and filed.language == rendered.language and filed.shown == rendered.shown


def _check_length(name: str, value: str) -> None:
    if len(value) > filing.PARAMETER_CHARACTERS_MAX:
        errors = [{"pointer": f"/{name}", "code": "too_long", "detail": f"{len(value)} characters"}]
        raise Refused("value_too_long", status=422, errors=errors)


def check(template: Template) -> None:
    """Refuse a template that cannot be rendered, that a vendor would refuse, or that its class does not allow."""
    if template.message_class not in TEMPLATE_CLASSES:
        raise Refused("class_unknown", status=422, detail=template.message_class)
    if not template.bodies.get(CHINESE):
        raise Refused("chinese_missing", status=422)
    if unknown := set(template.bodies) - set(LANGUAGES):
        raise Refused("language_unknown", status=422, detail=", ".join(sorted(unknown)))
    if template.channel == "email" and set(template.subjects) != set(template.bodies):
        raise Refused("subject_missing", status=422)
    if template.links and template.message_class in NO_LINKS:
        raise Refused("links_not_allowed", status=422)
    for body in (*template.bodies.values(), *template.subjects.values()):
        _check_words(template, body)
    if template.channel == "sms":
        for _, _, body in template.combinations():
            filing.check_body(body)


def _check_words(template: Template, body: str) -> None:
    placeholders.check(body)
    if template.message_class in NO_LINKS and placeholders.has_link(body):
        raise Refused("links_not_allowed", status=422)
    if template.confidential and set(placeholders.fields(body)) - NEUTRAL_FIELDS:
        raise Refused("confidential_not_neutral", status=422)
    if word := next((w for w in _ASKED_WORD.findall(body) if reply.is_opt_out(w)), None):
        raise Refused("option_word_reserved", status=422, detail=word)


def placed(body: str, pages_url: str) -> str:
    """A body as it is saved: half-width placeholders, the addresses of our own pages put in."""
    own = {"((link))": f"{pages_url}/a/((token))", "((track))": f"{pages_url}/track"}
    body = placeholders.half_width(body.replace("\r\n", "\n"))
    for written, address in own.items():
        body = body.replace(written, address)
    return body
