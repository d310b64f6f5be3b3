"""Templates: one environment per language, so that every macro speaks the reader's words by itself."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_block
from markupsafe import Markup, escape
from uuid_utils import uuid7

from console.assets import Assets
from console.language import CODES, Language, language, phone
from console.options import as_written, iso, links_of, template_words

TEMPLATES = Path(__file__).parent / "templates"
KIT = "ui/kit.html"


class Rendering:
    """Renders a whole page or one block of it; both come from the same template, so they cannot differ."""

    def __init__(self, assets: Assets, *, zone: str, own_url: str) -> None:
        self.assets = assets
        self._own_url = own_url.rstrip("/")
        self._environments = {code: self._environment(language(code), ZoneInfo(zone)) for code in CODES}

    def page(self, template: str, told: Language, values: Mapping[str, Any]) -> str:
        return self._environments[told.code].get_template(template).render(values)

    def block(self, template: str, block: str, told: Language, values: Mapping[str, Any]) -> str:
        return render_block(self._environments[told.code], template, block, dict(values))

    def has_block(self, template: str, block: str) -> bool:
        return block in self._environments["en"].get_template(template).blocks

    def _environment(self, told: Language, zone: ZoneInfo) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_callables(told.gettext, told.ngettext, newstyle=True)  # type: ignore[attr-defined]
        environment.globals.update(
            lang=told,
            asset=self.assets.path,
            icon=self._icon,
            word=told.word,
            moment=partial(told.moment, zone=zone),
            hour=partial(told.hour, zone=zone),
            second=partial(told.second, zone=zone),
            day=partial(told.day, zone=zone),
            phone=phone,
            money=told.money,
            new_key=new_key,
            **template_words(told, zone),
        )
        environment.filters["iso"] = iso
        environment.filters["as_written"] = partial(as_written, told)
        environment.filters["urlize_ours"] = partial(links_of, own=self._own_url)
        environment.globals["ui"] = environment.get_template(KIT).module
        return environment

    def _icon(self, name: str, label: str = "") -> Markup:
        told = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        sprite = self.assets.path("icons.svg")
        return Markup('<svg class="icon" {}><use href="{}#{}"/></svg>').format(told, sprite, escape(name))


def new_key() -> str:
    """One form, one key, made when the form is first rendered."""
    return str(uuid7())
