"""What a community may make of its categories: another name, another place in the tree, hidden; never another meaning
for a code."""

import re
from collections.abc import Mapping

from chassis.refused import Refused
from services.tickets.domain.category import NEVER_PUBLIC, OTHER, SEALED, Category
from services.tickets.domain.clock import CLASSES
from services.tickets.domain.question import LISTS, Question

VISIBLE_MAX = 20
LEVELS_MAX = 3
_CODE = re.compile(r"^[a-z][a-z0-9_]{1,39}$")


def check(changed: Category, known: Mapping[str, Category]) -> None:
    """A new version of a category of a community whose categories are `known`; all faults at once."""
    faults = [*_own_faults(changed), *_tree_faults(changed, known)]
    faults += [f"/questions/{question.code}" for question in changed.questions if not _is_whole(question)]
    codes = [question.code for question in changed.questions]
    faults += ["/questions"] if len(set(codes)) < len(codes) else []
    visible = [each for each in known.values() if each.visible and each.code != changed.code]
    faults += ["/visible"] if changed.visible and len(visible) >= VISIBLE_MAX else []
    if faults:
        errors = [{"pointer": pointer, "code": "invalid"} for pointer in dict.fromkeys(faults)]
        raise Refused("category_invalid", status=422, errors=errors)


def _own_faults(changed: Category) -> list[str]:
    faults = [] if _CODE.match(changed.code) else ["/code"]
    faults += [] if changed.class_code in CLASSES else ["/class"]
    faults += ["/public"] if changed.public and changed.code in NEVER_PUBLIC else []
    faults += ["/questions"] if changed.questions and changed.code in SEALED else []
    faults += ["/visible"] if changed.code == OTHER and not changed.visible else []
    return faults


def _tree_faults(changed: Category, known: Mapping[str, Category]) -> list[str]:
    """The parent is there, and nothing stands deeper than the third level or below itself."""
    if changed.parent is None:
        return []
    if changed.parent not in known or changed.code == OTHER:
        return ["/parent"]
    tree = {**known, changed.code: changed}
    deep = any(_depth(code, tree) > LEVELS_MAX for code in tree)
    return ["/parent"] if deep else []


def _depth(code: str, tree: Mapping[str, Category]) -> int:
    depth, above = 1, tree[code].parent
    while above is not None and above in tree and depth <= LEVELS_MAX:
        depth, above = depth + 1, tree[above].parent
    return depth


def _is_whole(question: Question) -> bool:
    """Lists have something to choose from, each key once; the others have nothing."""
    keys = [key for key, _ in question.values]
    listed = bool(keys) and len(set(keys)) == len(keys)
    return bool(_CODE.match(question.code)) and (listed if question.datatype in LISTS else not keys)


def check_done(category: Category, done: frozenset[str], photos: int) -> None:
    """Before a matter is called resolved: each line of the checklist, and a photograph where one is asked for."""
    missing = [line for line in category.checklist if line not in done]
    if missing:
        raise Refused("checklist_open", missing=missing)
    if category.photo_required and not photos:
        raise Refused("photo_needed", missing=["photo"])
