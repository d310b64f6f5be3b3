"""What templates call: the options of selects, the clock of a row, links in texts."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from console import readings
from console.ask.categories import Categories, Category
from console.ask.figures import Indicators, Value
from console.ask.members import Candidate, Groups, MemberList
from console.ask.simulator import Phone
from console.ask.tickets import Row
from console.language import Language, phone
from console.pages.moves import Field, days_of
from console.views import ClockView, clock_of

STATES = (
    "draft", "received", "assigned", "accepted", "in_progress", "deliberating", "adopted", "resolved", "following_up",
    "closed", "rejected", "withdrawn",
)  # fmt: skip
CUT_SORTS = {"class": "class", "kind": "kind", "channel": "channel", "category": "category", "reason": "reason"}
PERCENT_FROM = 30  # below, a percentage says more than is known
HAN = re.compile("[\u3400-\u9fff]")
_CHINESE = Markup('<span lang="zh-CN">{}</span>')
_LINK = Markup('<a href="{}" target="_blank" rel="noopener">{}</a>')
Options = list[tuple[str, str]]


def template_words(told: Language, zone: ZoneInfo) -> Mapping[str, Any]:
    """Bound to one language where words are needed."""
    return {
        "category_of": partial(_category, told),
        "why_due": partial(readings.why_due, told=told, zone=zone),
        "why_group": partial(readings.why_group, told=told),
        "standing": partial(readings.standing, told=told, zone=zone),
        "clock_view": _clock_view,
        "words_of": partial(_codes, told),
        "state_options": partial(_codes, told, "state", STATES),
        "kind_options": partial(_codes, told, "kind"),
        "reveal_options": partial(_codes, told, "reveal"),
        "line_options": partial(_codes, told, "line"),
        "fault_options": partial(_codes, told, "fault"),
        "group_options": _groups,
        "category_options": partial(_categories, told),
        "r_category_options": partial(_category_list, told),
        "member_options": partial(_members, told),
        "options_of": partial(_options_of, told),
        "days_options": partial(_days, told),
        "days_said": partial(_days_said, told),
        "span_length": lambda span: told.span(timedelta(minutes=span.minutes)),
        "asked_word": lambda code: told.word("asked", code),
        "value_options": lambda question: [(value.key, value.name) for value in question.values],
        "area_options": lambda areas: [(str(area.id), area.name) for area in areas],
        "cut_word": partial(_cut_word, told),
        "indicator_value": partial(_indicator_value, told),
        "own_groups": lambda groups, mine: [(str(one.id), one.name) for one in groups.items if one.id in mine],
        "rule_words": partial(_rule_words, told),
        "minutes_of": lambda minutes: timedelta(minutes=minutes),
        "seconds_of": lambda seconds: timedelta(seconds=seconds),
        "place_options": _places,
        "phone_options": _phones,
        "last_thread": _last_thread,
        "parsed": datetime.fromisoformat,
    }


def _clock_view(now: datetime) -> Callable[[Row], ClockView]:
    return lambda row: clock_of(row.due_at, row.state_type, now)


def _codes(told: Language, sort: str, codes: Sequence[str]) -> Options:
    return [(code, told.word(sort, code)) for code in codes]


def _groups(groups: Groups) -> Options:
    return [(str(group.id), group.name) for group in groups.items if group.state == "active"]


def _categories(told: Language, categories: Categories) -> Options:
    return _category_list(told, categories.items)


def _category_list(told: Language, categories: Sequence[Category]) -> Options:
    return [(one.code, _labelled(told, one.code, one.label)) for one in categories]


def _category(told: Language, row: Row) -> str:
    return _labelled(told, row.category, row.category_label)


def _labelled(told: Language, code: str, label: str | None) -> str:
    """The owner's label in its own language; in the other the catalogue's word, and the label where it has none."""
    return label if label and (told.is_native or not told.knows("category", code)) else told.word("category", code)


def as_written(told: Language, text: str | None) -> str | Markup:
    """Words of people, places and groups: on a page in another language marked as Chinese, and never translated."""
    words = text or ""
    return words if told.is_native or not HAN.search(words) else _CHINESE.format(words)


def _members(told: Language, members: MemberList) -> Options:
    return [(str(one.person_id), f"{one.name or '–'} · {told.word('tier', one.tier)}") for one in members.items]


def _options_of(told: Language, field: Field) -> Options:
    return _codes(told, field.words, field.options)


def _days(told: Language, unit: str) -> Options:
    what = "working day" if unit == "working" else "day"
    one, many = f"%(num)s {what}", f"%(num)s {what}s"
    return [(minutes, told.ngettext(one, many, days) % {"num": days}) for minutes, days in days_of(unit)]


def _days_said(told: Language, minutes: int, unit: str) -> str:
    """Time that was asked for, in days where it is whole days."""
    known = dict(_days(told, unit))
    return known.get(str(minutes)) or told.span(timedelta(minutes=minutes))


def _cut_word(told: Language, cut: str, value: str | None) -> str:
    """A part of a cut that has no name of its own: the word of its code."""
    return told.word(CUT_SORTS.get(cut, ""), value)


def _indicator_value(told: Language, name: str, value: Value | None, known: Indicators | None) -> str:
    """A share as counts, and in percent where there are enough; minutes as time; anything else as a number."""
    if value is None or value.value is None:
        return "–"
    if value.hits is not None and value.of:
        counts = f"{value.hits:.0f} / {value.of:.0f}"
        return f"{counts} ({value.hits / value.of:.0%})" if value.of >= PERCENT_FROM else counts
    unit = next((one.unit for one in known.items if one.name == name), "") if known else ""
    if unit == "minutes":
        return told.span(timedelta(minutes=value.value))
    return f"{value.value:.0f}" if value.value == int(value.value) else f"{value.value:.1f}"


def _rule_words(told: Language, rule: str) -> str:
    """FREQ=WEEKLY;BYDAY=MO,TH in words."""
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    days = [told.word("weekday", day) for day in parts.get("BYDAY", "").split(",") if day]
    days += [day for day in parts.get("BYMONTHDAY", "").split(",") if day]
    often = told.word("every", parts.get("FREQ"))
    return f"{often} {', '.join(days)}".strip()


def _places(places: Sequence[Candidate]) -> Options:
    return [(str(one.area_id), one.whole) for one in places]


def _phones(numbers: Sequence[str]) -> Options:
    return [(number, phone(number)) for number in numbers if number]


def _last_thread(shown: Phone | None) -> str:
    """Where an answer goes: to the thread whose text came last."""
    threads = [thread for thread in shown.threads if thread.messages] if shown else []
    newest = max(threads, key=lambda thread: thread.messages[-1].at, default=None)
    return newest.number if newest else ""


def links_of(text: str, own: str) -> Markup:
    """The text as it came; a link of our own opens, any other stays words."""
    parts: list[Markup] = []
    for word in text.replace("http", " http").split(" "):
        url = urlsplit(word)
        ours = url.scheme in ("http", "https") and f"{url.scheme}://{url.netloc}" == own
        parts.append(_LINK.format(url.path, word) if ours else escape(word))
    return Markup(" ").join(parts)


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
