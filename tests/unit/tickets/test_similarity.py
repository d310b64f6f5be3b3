"""How texts are found and compared."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.tickets.domain.similarity import jaccard, normalised, score, sought, terms

HAN = st.text(st.sampled_from("楼道垃圾没人收电梯坏了漏水三栋"), min_size=2, max_size=20)


def test_chinese_is_cut_into_pairs_and_latin_into_words() -> None:
    assert terms("3栋楼道 Gas-Leak") == ["3", "栋楼", "楼道", "道", "gas", "leak"]


def test_wide_letters_and_capitals_are_the_same_words() -> None:
    assert normalised("ＡＢＣ　 Ｄ１") == "abc d1"
    assert terms("ＧＡＳ") == terms("gas")


def test_one_character_is_sought_as_a_beginning() -> None:
    found = sought("狗 垃圾")
    assert found is not None
    assert (found.prefixes, found.terms, found.parts) == (("狗",), ("垃圾",), ("狗", "垃圾"))


def test_signs_alone_are_nothing_to_seek() -> None:
    assert sought(" ！？ ") is None


@given(HAN, st.integers(0, 20), st.integers(2, 20))
def test_whatever_stands_in_a_text_is_found_in_its_terms(text: str, start: int, length: int) -> None:
    part = text[start : start + length]
    asked = sought(part)
    if asked is not None:
        known = terms(text)
        assert set(asked.terms) <= set(known)
        assert all(any(term.startswith(prefix) for term in known) for prefix in asked.prefixes)


@given(HAN, HAN)
def test_likeness_is_the_same_both_ways_and_whole_for_the_same_words(one: str, other: str) -> None:
    assert jaccard(one, other) == jaccard(other, one)
    assert jaccard(one, one) == 1
    assert 0 <= jaccard(one, other) <= 1


def test_the_score_weighs_words_place_and_time() -> None:
    today, day_30 = timedelta(0), timedelta(days=30)
    assert score(text=1, same_building=True, apart=today) == 1
    assert score(text=0, same_building=True, apart=day_30) == 0.25
    assert score(text=0, same_building=False, apart=day_30) == 0.125
    assert round(score(text=0.5, same_building=False, apart=timedelta(days=15)), 3) == 0.5
