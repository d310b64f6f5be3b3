"""Ready words: a text with places that a case fills in."""

import re
from collections.abc import Mapping

from chassis.refused import Refused

PLACES = frozenset({"number", "group", "category", "due"})
_PLACE = re.compile(r"\{([^{}]*)\}")


def check(text: str) -> None:
    """Only places that a case can fill."""
    unknown = sorted(set(_PLACE.findall(text)) - PLACES)
    if unknown:
        detail = ", ".join(unknown)
        raise Refused(
            "placeholder_unknown", status=422, errors=[{"pointer": "/text", "code": "unknown", "detail": detail}]
        )


def filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: values.get(place.group(1), ""), text)
