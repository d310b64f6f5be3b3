"""The HTML around the words of a mail: one frame, everything in it escaped; words become paragraphs, never markup."""

from functools import cache
from typing import Final

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

_FRAME: Final = """<!doctype html>
<html lang="{{ language }}">
<head><meta charset="utf-8"><title>{{ subject }}</title></head>
<body style="margin:0;padding:24px;font:16px/1.6 sans-serif;color:#1a1a1a">
{% for paragraph in paragraphs -%}
<p>{% for line in paragraph %}{{ line }}{% if not loop.last %}<br>{% endif %}{% endfor %}</p>
{% endfor -%}
{% if unsubscribe_url %}<p><a href="{{ unsubscribe_url }}">{{ unsubscribe }}</a></p>
{% endif -%}
</body>
</html>
"""
UNSUBSCRIBE: Final = {"zh-CN": "退订", "en": "Unsubscribe"}


def framed(subject: str, body: str, *, language: str = "zh-CN", unsubscribe_url: str = "") -> str:
    """The whole HTML of a mail."""
    paragraphs = [part.splitlines() for part in body.split("\n\n") if part.strip()]
    return _frame().render(
        subject=subject,
        language=language,
        paragraphs=paragraphs,
        unsubscribe_url=unsubscribe_url,
        unsubscribe=UNSUBSCRIBE.get(language, UNSUBSCRIBE["zh-CN"]),
    )


@cache
def _frame() -> Template:
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined).from_string(_FRAME)
