"""A preview: what a text would look like and cost, and why it could not go out. Preview = wire = bill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.refused import Refused
from services.notify.domain import filing, gsm, placeholders, segments
from services.notify.domain.template import NO_LINKS, Template
from services.notify.domain.template import check as check_template


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why this text would not go out, and the value it is about."""

    code: str
    pointer: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The text with its size and price; placeholders without a value stand in it as they are written."""

    text: str
    language: str
    encoding: str
    units: int
    segments: tuple[int, ...]
    billable: int
    price_fen: float
    forces_ucs2: str
    unfiled: tuple[str, ...]
    refusals: tuple[Refusal, ...]


def preview(
    template: Template,
    signature: str,
    values: Mapping[str, object],
    language: str,
    *,
    providers: Mapping[str, str],
    price_fen: float,
    mainland: bool = True,
) -> Preview:
    """Everything about one text at once; `providers` are those that send filed texts only, by id with their kind."""
    chosen = template.language_for(language)
    shown, refusals = _shown(template, values, chosen)
    if words := placeholders.rendered(template.bodies[chosen], shown):
        words = template.finished(words, chosen)
    else:
        refusals.append(Refusal("empty"))
    text = f"【{signature}】{words}" if template.channel == "sms" and signature else words
    refusals += _whole(template, text, mainland)
    parts = segments.divided(text)
    billable = segments.billable(segments.units(text)) if mainland else len(parts)
    lengths = tuple(_length(part) for part in parts)
    return Preview(
        text=text,
        language=chosen,
        encoding=str(parts[0].encoding),
        units=sum(lengths),
        segments=lengths,
        billable=billable,
        price_fen=billable * price_fen,
        forces_ucs2="".join(dict.fromkeys(c for c in text if not gsm.fits(c))),
        unfiled=tuple(unfiled(template, providers)),
        refusals=tuple(refusals),
    )


def unfiled(template: Template, providers: Mapping[str, str]) -> list[str]:
    """What nobody has filed yet: provider, language and shown conditionals of each text."""
    if template.channel != "sms":
        return []
    standing = {(f.provider, f.language, f.shown) for f in template.filings if f.state in filing.STANDING}
    return [
        " ".join([provider, language, *sorted(shown)])
        for provider in sorted(providers)
        for language, shown, _ in template.combinations()
        if (provider, language, shown) not in standing
    ]


def _shown(template: Template, values: Mapping[str, object], language: str) -> tuple[dict[str, str], list[Refusal]]:
    """Each name of the body with its value, or with itself where there is none that may stand."""
    given = {placeholders.key(name): one for name, one in values.items() if one not in (None, "")}
    flags, shown, refusals = placeholders.flags(template.bodies[language]), {}, []
    for name in placeholders.fields(template.bodies[language]):
        try:
            shown[name] = _value(template, name, given.get(placeholders.key(name)), language)
        except Refused as refusal:
            refusals.append(Refusal(refusal.code, f"/{name}"))
            shown[name] = "no" if name in flags else f"(({name}))"
    return shown, refusals


def _value(template: Template, name: str, given: object, language: str) -> str:
    if given is None:
        raise Refused("missing_value")
    text = placeholders.value(name, given, language=language, one_line=template.channel == "sms")
    if not template.links or template.message_class in NO_LINKS:
        placeholders.refuse_links({name: text})
    if template.channel == "sms" and len(text) > filing.PARAMETER_CHARACTERS_MAX:
        raise Refused("value_too_long")
    return text


def _length(part: segments.Segment) -> int:
    """Septets or UTF-16 units, also of a text that is too long to be sent."""
    if part.encoding is segments.Encoding.UCS2:
        return segments.units(part.text)
    return sum(map(gsm.septets, part.text))


def _whole(template: Template, text: str, mainland: bool) -> Sequence[Refusal]:
    """What is wrong with the text as a whole."""
    found = []
    for look in (lambda: check_template(template), lambda: segments.measured(text, mainland=mainland)):
        try:
            look()
        except Refused as refusal:
            found.append(Refusal(refusal.code, detail=refusal.detail or ""))
    return found
