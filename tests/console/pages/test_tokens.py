"""Every contrast ratio, recomputed from `tokens.css`."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[3] / "console/static/css/tokens.css"
TEXT, CONTROL = 4.5, 3.0
Colours = dict[str, str]


def theme(name: str) -> Colours:
    css = TOKENS.read_text(encoding="utf-8")
    light = re.search(r":root \{(.*?)\n  \}", css, re.S)
    dark = re.search(r'\[data-theme="dark"\] \{(.*?)\n  \}', css, re.S)
    assert light
    assert dark
    colours = dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6});", light.group(1)))
    return colours if name == "light" else colours | dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6});", dark.group(1)))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture(params=["light", "dark"])
def colours(request: pytest.FixtureRequest) -> Colours:
    return theme(request.param)


@pytest.mark.parametrize("word", ["ink", "muted", "brand", "link", "ok", "warn", "danger"])
def test_text_is_readable_on_surface_canvas_and_its_own_tint(colours: Colours, word: str) -> None:
    grounds = [colours["surface"], colours["canvas"], colours.get(f"{word}-tint", colours["surface"])]
    assert min(contrast(colours[word], ground) for ground in grounds) >= TEXT


@pytest.mark.parametrize("ground", ["brand-tint", "link-tint", "ok-tint", "warn-tint", "danger-tint"])
def test_ink_and_muted_words_are_readable_on_every_tint(colours: Colours, ground: str) -> None:
    assert min(contrast(colours[word], colours[ground]) for word in ("ink", "muted")) >= TEXT


def test_words_on_the_brand_colour_are_readable(colours: Colours) -> None:
    assert min(contrast(colours["on-brand"], colours[name]) for name in ("brand", "brand-hover")) >= TEXT


def test_the_border_of_a_control_is_seen(colours: Colours) -> None:
    assert min(contrast(colours["control"], colours[name]) for name in ("surface", "canvas")) >= CONTROL


@pytest.mark.parametrize("number", range(1, 9))
def test_every_series_can_carry_a_label(colours: Colours, number: int) -> None:
    lowest = min(contrast(colours[f"series-{number}"], colours[name]) for name in ("surface", "canvas"))
    assert round(lowest, 1) >= 5.0


@pytest.mark.parametrize("number", range(1, 7))
def test_the_number_in_a_heat_cell_is_readable(number: int) -> None:
    light = theme("light")
    words = light["heat-ink-low"] if number <= 4 else light["heat-ink-high"]
    assert contrast(words, light[f"heat-{number}"]) >= 5.0


def test_the_table_of_the_design_says_what_is_measured() -> None:
    light = theme("light")
    assert contrast("#FFFFFF", light["brand"]) >= 8.3
    assert round(contrast(light["ink"], light["canvas"]), 1) == 15.4
