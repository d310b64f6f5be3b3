"""A building is found by its name where the words name it whole, and by nothing else."""

from uuid import UUID, uuid4

import pytest

from services.tickets.domain.place_name import Building, Buildings

CITY, COMMUNITY = "重庆市", "东山坪社区"
THREE, EIGHT, FAR_EIGHT, SHOP, NAMELESS = (uuid4() for _ in range(5))


def a_building(id_: UUID, name: str, *above: str) -> Building:
    return Building(id_, (id_,), name, (CITY, COMMUNITY, *above))


KNOWN = Buildings(
    [
        a_building(THREE, "3栋", "东坪一村"),
        a_building(EIGHT, "8栋", "东坪一村"),
        a_building(FAR_EIGHT, "8栋", "东坪二村"),
        a_building(SHOP, "Kiosk 3栋 West"),
        a_building(NAMELESS, " "),
    ]
)


@pytest.mark.parametrize("words", [
    "3栋", "东坪一村3栋", "东山坪社区, 东坪一村, 3栋", "重庆市 东山坪社区 东坪一村 3栋", "重庆市东坪一村３栋",
    " 东坪一村 / 3栋 ",
])  # fmt: skip
def test_a_building_is_named_alone_or_after_any_place_above_it(words: str) -> None:
    found = KNOWN.named(words)
    assert found is not None
    assert found.id == THREE


def test_width_case_and_spaces_make_no_difference() -> None:
    found = KNOWN.named("重庆市，ＫＩＯＳＫ 3栋west")
    assert found is not None
    assert found.id == SHOP


@pytest.mark.parametrize("words", [
    "", " ", "13栋", "3栋2单元", "3栋附近", "东坪二村3栋", "东坪一村", "3栋东坪一村", "东坪一村 东山坪社区 3栋", "三栋",
    "8栋",
])  # fmt: skip
def test_nothing_is_guessed(words: str) -> None:
    assert KNOWN.named(words) is None


def test_two_of_one_name_are_told_apart_by_what_stands_above() -> None:
    found = [KNOWN.named(f"{cluster}8栋") for cluster in ("东坪一村", "东坪二村")]
    assert [each and each.id for each in found] == [EIGHT, FAR_EIGHT]
