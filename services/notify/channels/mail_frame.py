"""The HTML around the words of a mail, and of its way out: everything escaped; words are paragraphs, never markup."""

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
_PAGE: Final = """<!doctype html>
<html lang="{{ language }}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{ words }}</title></head>
<body style="margin:0;padding:24px;font:18px/1.6 sans-serif;color:#1a1a1a">
{% if button %}<form method="post"><p><button style="font:inherit;padding:8px 24px">{{ words }}</button></p></form>
{% else %}<p>{{ words }}</p>
{% endif -%}
</body>
</html>
"""
UNSUBSCRIBE: Final = {"zh-CN": "退订", "en": "Unsubscribe"}
THANKED: Final = "已退订 · Unsubscribed"


def framed(subject: str, body: str, *, language: str = "zh-CN", unsubscribe_url: str = "") -> str:
    """The whole HTML of a mail."""
    paragraphs = [part.splitlines() for part in body.split("\n\n") if part.strip()]
    return _template(_FRAME).render(
        subject=subject,
        language=language,
        paragraphs=paragraphs,
        unsubscribe_url=unsubscribe_url,
        unsubscribe=UNSUBSCRIBE.get(language, UNSUBSCRIBE["zh-CN"]),
    )


def asking(language: str) -> str:
    """The page behind a way out: one button."""
    words = UNSUBSCRIBE.get(language, UNSUBSCRIBE["zh-CN"])
    return _template(_PAGE).render(language=language, words=words, button=True)


def thanked() -> str:
    """What the page says afterwards."""
    return _template(_PAGE).render(language="zh-CN", words=THANKED, button=False)


@cache
def _template(source: str) -> Template:
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined).from_string(source)
