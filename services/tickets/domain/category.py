"""What a matter is about, in plain words; and the guess from the words a resident uses."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.refused import Refused
from services.tickets.domain.question import Question

OTHER = "other"
ALWAYS_CONFIDENTIAL = frozenset({"counselling"})
CONFIDENTIAL_ON_WISH = frozenset({"rights"})
SEALED = frozenset({"hardship"})
NEVER_PUBLIC = ALWAYS_CONFIDENTIAL | CONFIDENTIAL_ON_WISH | SEALED


@dataclass(frozen=True, slots=True)
class Category:
    code: str
    parent: str | None
    label: str
    label_en: str
    class_code: str
    keywords: tuple[str, ...]
    order: int
    version: int = 1
    kinds: tuple[str, ...] = ()
    visible: bool = True
    public: bool = True
    review_first: bool = False
    photo_required: bool = False
    checklist: tuple[str, ...] = ()
    standard_code: str = ""
    questions: tuple[Question, ...] = ()

    def takes(self, kind: str) -> bool:
        """Whether matters of this kind go under it; where none is named, all do."""
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True, slots=True)
class Guess:
    code: str
    label: str
    score: int


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def guesses(text: str, categories: Sequence[Category]) -> list[Guess]:
    """Categories whose keywords stand in the words, the most hits first; at equal hits the order of the list."""
    words = plain(text)
    hits = [(sum(plain(keyword) in words for keyword in category.keywords), category) for category in categories]
    found = sorted(((count, category) for count, category in hits if count), key=lambda hit: (-hit[0], hit[1].order))
    return [Guess(category.code, category.label, count) for count, category in found]


def only_guess(text: str, categories: Sequence[Category]) -> str | None:
    """The one category whose keyword the words hold; nothing when there is none, or more than one."""
    found = guesses(text, categories)
    return found[0].code if len(found) == 1 else None


def chosen(code: str, kind: str, known: Sequence[Category], *, lenient: bool) -> Category:
    """The category a matter is filed under, among those of its community. Where nobody can be asked again (a text, a
    file of another system) an unknown one becomes `other`; else it is refused with the nearest three."""
    shown = {category.code: category for category in known if category.visible}
    if code in ALWAYS_CONFIDENTIAL:
        raise Refused("use_confidential_cases")
    if code in shown and (lenient or shown[code].takes(kind)):
        return shown[code]
    if lenient:
        return shown[OTHER]
    fault = "category_not_for_this_kind" if code in shown else "category_unknown"
    errors = [{"pointer": "/category", "code": "unknown"}]
    raise Refused(fault, status=422, errors=errors, nearest=nearest(code, list(shown.values())))


def nearest(code: str, categories: Sequence[Category]) -> list[str]:
    """The three codes most like a mistyped one."""
    alike = sorted(categories, key=lambda category: (-_shared(code, category.code), category.order))
    return [category.code for category in alike[:3]]


def _shared(one: str, other: str) -> int:
    pairs = {one[at : at + 2] for at in range(len(one) - 1)}
    return sum(other[at : at + 2] in pairs for at in range(len(other) - 1))
