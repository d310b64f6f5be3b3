"""How a text goes on the air: equal to an oracle that knows nothing of our code, and to the published rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.refused import Refused
from services.notify.domain import gsm
from services.notify.domain.segments import Encoding, divided, graphemes, measured

SIGNED = "【中一路社区】"
FAMILY, FLAG, KEYCAP = "👩‍👩‍👧", "🇨🇳", "1️⃣"


@pytest.mark.parametrize(
    ("text", "encoding", "units", "lengths", "billable"),
    [
        ("Your code is 482913.", "gsm7", 20, (20,), 1),
        ("Fee: 5€ [A]", "gsm7", 14, (14,), 1),
        ("Café à 5", "gsm7", 8, (8,), 1),
        ("naïve", "ucs2", 5, (5,), 1),
        ("ＡＢＣ 123", "ucs2", 7, (7,), 1),
        ("x" * 100, "gsm7", 100, (100,), 2),
        ("x" * 161, "gsm7", 161, (153, 8), 3),
        (SIGNED + "您反映的问题已受理,编号0427。", "ucs2", 24, (24,), 1),
        (SIGNED + "合唱团周二下午两点排练🎵", "ucs2", 20, (20,), 1),
        (SIGNED + "字" * 63, "ucs2", 70, (70,), 1),
        (SIGNED + "字" * 64, "ucs2", 71, (67, 4), 2),
        (SIGNED + "字" * 128, "ucs2", 135, (67, 67, 1), 3),
        (SIGNED + "字" * 493, "ucs2", 500, (67,) * 7 + (31,), 8),
        ("a\r\nb", "gsm7", 3, (3,), 1),
        ("’", "ucs2", 1, (1,), 1),
    ],
)
def test_a_text_is_measured_as_it_is(
    text: str, encoding: str, units: int, lengths: tuple[int, ...], billable: int
) -> None:
    size = measured(text)
    assert (size.encoding, size.units, size.lengths, size.billable) == (encoding, units, lengths, billable)


def test_a_text_that_is_too_long_is_refused_never_cut() -> None:
    with pytest.raises(Refused, match=r"^too_long$") as refusal:
        measured(SIGNED + "字" * 494)
    assert refusal.value.more == {"units": 501}
    with pytest.raises(Refused, match=r"^too_long$"):
        measured("字" * (67 * 10 + 1), mainland=False)
    assert measured("字" * 670, mainland=False).billable == 10


def test_a_bind_may_take_ucs2_only() -> None:
    assert divided("plain", ucs2_only=True)[0].encoding is Encoding.UCS2


def test_an_escape_and_its_code_are_never_parted() -> None:
    parts = divided("x" * 152 + "€" + "x" * 20)
    assert [len(part.text) for part in parts] == [152, 21]


def test_both_halves_of_a_character_beyond_the_basic_plane_stay_together() -> None:
    parts = divided("字" * 66 + "🎵" + "字" * 10)
    assert [part.text for part in parts] == ["字" * 66, "🎵" + "字" * 10]


@pytest.mark.parametrize("whole", [FAMILY, FLAG, KEYCAP, "e\u0301", "👍🏽"])
def test_what_people_see_as_one_character_stays_whole_where_that_costs_no_segment(whole: str) -> None:
    assert list(graphemes("字" + whole + "字")) == ["字", whole, "字"]
    parts = divided("字" * (67 - len(whole.encode("utf-16-be")) // 2 + 1) + whole + "字" * 10)
    assert parts[1].text.startswith(whole)


def test_where_wholeness_would_cost_a_segment_the_text_is_only_filled() -> None:
    text = "字" * 65 + FLAG + "字" * 65
    assert [len(part.text.encode("utf-16-be")) // 2 for part in divided(text)] == [67, 67]


def test_each_segment_of_several_says_which_it_is() -> None:
    parts = divided("x" * 400, ref=200)
    assert [part.udh.hex() for part in parts] == ["050003c80301", "050003c80302", "050003c80303"]
    assert divided("x")[0].udh == b""


# The oracle: written from GSM 03.38 by code point, and filling by pieces it finds itself ------------------------

_BASIC = {
    *map(chr, [0x40, 0xA3, 0x24, 0xA5, 0xE8, 0xE9, 0xF9, 0xEC, 0xF2, 0xC7, 0x0A, 0xD8, 0xF8, 0x0D, 0xC5, 0xE5]),
    *map(chr, [0x394, 0x5F, 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398, 0x39E, 0xC6, 0xE6, 0xDF, 0xC9]),
    *(chr(code) for code in range(0x20, 0x40) if code != 0x24),
    chr(0xA4),
    chr(0xA1),
    *(chr(code) for code in range(0x41, 0x5B)),
    *map(chr, [0xC4, 0xD6, 0xD1, 0xDC, 0xA7, 0xBF]),
    *(chr(code) for code in range(0x61, 0x7B)),
    *map(chr, [0xE4, 0xF6, 0xF1, 0xFC, 0xE0]),
}
_TWO = set("^{}\\[~]|€\x0c")


def _oracle(text: str) -> tuple[str, list[int]]:
    text = text.replace("\r\n", "\n")
    if all(c in _BASIC or c in _TWO for c in text):
        costs, one, many, name = [2 if c in _TWO else 1 for c in text], 160, 153, "gsm7"
    else:
        costs, one, many, name = [1 if ord(c) < 0x10000 else 2 for c in text], 70, 67, "ucs2"
    if sum(costs) <= one:
        return name, [sum(costs)]
    lengths = [0]
    for cost in costs:
        if lengths[-1] + cost <= many:
            lengths[-1] += cost
        else:
            lengths.append(cost)
    return name, lengths


TEXTS = st.lists(
    st.one_of(
        st.sampled_from(sorted(_BASIC | _TWO)),
        st.sampled_from([*"字了，。😀🎵", FAMILY, FLAG, KEYCAP, "e\u0301", "\r\n", "ï"]),
        st.sampled_from(["x" * 60, "字" * 33, "€" * 40]),
    ),
    max_size=60,
).map("".join)


def test_the_two_tables_are_those_of_the_standard() -> None:
    assert set(gsm.BASIC) - {"\x1b"} == _BASIC
    assert (len(gsm.BASIC), set(gsm.EXTENSION)) == (128, _TWO)


@given(TEXTS)
def test_encoding_and_number_of_segments_are_the_oracle_s(text: str) -> None:
    parts, (encoding, lengths) = divided(text), _oracle(text)
    assert (parts[0].encoding, len(parts)) == (encoding, len(lengths))


@given(st.text(st.characters(exclude_categories=["Cs", "Mn", "Me", "Cf", "Sk", "So"]), max_size=300))
def test_texts_without_longer_characters_are_filled_as_the_oracle_fills_them(text: str) -> None:
    size = [sum(2 if c in _TWO else 1 for c in p.text) for p in divided(text)]
    encoding, lengths = _oracle(text)
    if encoding == "ucs2":
        size = [len(p.text.encode("utf-16-be")) // 2 for p in divided(text)]
    assert size == lengths


@given(TEXTS)
def test_the_segments_are_the_text_and_none_is_too_long(text: str) -> None:
    parts = divided(text)
    assert "".join(part.text for part in parts) == text.replace("\r\n", "\n")
    for part in parts:
        part.text.encode("utf-16-be")
        most = (153 if part.total > 1 else 160) if part.encoding is Encoding.GSM7 else (67 if part.total > 1 else 70)
        assert sum(_oracle(c)[1][0] for c in part.text) <= most or part.encoding is Encoding.UCS2
        if part.encoding is Encoding.UCS2:
            assert len(part.text.encode("utf-16-be")) // 2 <= most
