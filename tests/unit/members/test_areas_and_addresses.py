"""Places: the tree of kinds, moves in it, estates over it, and addresses in words."""

from dataclasses import replace
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.refused import Refused
from services.members.domain.places import address
from services.members.domain.places import area as rules
from services.members.domain.places.address import Parts, Place
from services.members.domain.places.area import LEVEL, Area, AreaKind, AreaState
from services.members.domain.places.estate import check_buildings


def an_area(kind: AreaKind = AreaKind.COMMUNITY, **changes: object) -> Area:
    new_id = uuid4()
    plain = Area(id=new_id, kind=kind, parent_id=None, path=(new_id,), name="中一路社区", community_id=None)
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "parent"), list(product(AreaKind, AreaKind)))
def test_a_kind_may_be_skipped_but_never_inverted(kind: AreaKind, parent: AreaKind) -> None:
    above, below = an_area(parent), an_area(kind)
    if LEVEL[kind] > LEVEL[parent]:
        assert rules.placed(below, above).path == (*above.path, below.id)
    else:
        with pytest.raises(Refused, match="kind_inverted"):
            rules.placed(below, above)


def test_a_place_belongs_to_the_nearest_community_above_it() -> None:
    city, community, building = an_area(AreaKind.CITY), an_area(), an_area(AreaKind.BUILDING)
    inside = rules.placed(community, city)
    assert inside.community_id == community.id
    assert rules.placed(building, inside).community_id == community.id
    assert rules.placed(building, city).community_id is None


def test_nothing_comes_to_lie_inside_itself() -> None:
    city, grid = an_area(AreaKind.CITY), an_area(AreaKind.GRID)
    grid = rules.placed(grid, city)
    inner = rules.placed(an_area(AreaKind.BUILDING), grid)
    with pytest.raises(Refused, match="cycle"):
        rules.moved(grid, inner)


def test_the_root_stays_where_it_is() -> None:
    with pytest.raises(Refused, match="root_stays"):
        rules.moved(an_area(AreaKind.CITY), an_area(AreaKind.PROVINCE))


def test_a_moved_place_takes_what_lies_in_it_along() -> None:
    old, new = an_area(AreaKind.TOWNSHIP), an_area(AreaKind.TOWNSHIP)
    community = rules.placed(an_area(), old)
    building = rules.placed(an_area(AreaKind.BUILDING), community)
    moved = rules.moved(community, new)
    assert rules.below(building, moved).path == (new.id, community.id, building.id)


def test_nothing_new_lies_in_a_closed_place() -> None:
    with pytest.raises(Refused, match="closed"):
        rules.placed(an_area(AreaKind.BUILDING), an_area(state=AreaState.CLOSED))


def test_a_place_closes_once_and_only_when_nothing_in_it_is_open() -> None:
    with pytest.raises(Refused, match="area_not_empty"):
        rules.closed(an_area(), open_children=2)
    closed = rules.closed(an_area(), open_children=0)
    with pytest.raises(Refused, match="cannot_close_when_closed"):
        rules.closed(closed, open_children=0)


def test_an_estate_takes_buildings_that_lie_in_no_other() -> None:
    estate, building = uuid4(), an_area(AreaKind.BUILDING)
    taken, cluster = an_area(AreaKind.BUILDING, estate_id=uuid4()), an_area(AreaKind.CLUSTER)
    known = {one.id: one for one in (building, taken, cluster)}
    check_buildings(estate, [building.id], known)
    for wrong, code in ((taken.id, "building_in_two_estates"), (cluster.id, "not_a_building"), (uuid4(), "unknown")):
        with pytest.raises(Refused, match=code) as refused:
            check_buildings(estate, [building.id, wrong], known)
        assert refused.value.errors[0]["pointer"] == "/building_ids/1"


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("3-2-12", Parts("3", "2", "12", None)),
        ("3-2-501", Parts("3", "2", "5", "501")),
        ("３－２－１２", Parts("3", "2", "12", None)),
        ("3—2—12", Parts("3", "2", "12", None)),
        ("3栋2单元12层", Parts("3", "2", "12", None)),
        ("３栋２单元１２层", Parts("3", "2", "12", None)),
        ("城南家园 3 栋 2 单元 1203室", Parts("3", "2", "12", "1203")),
        ("三栋二单元十二层", Parts("3", "2", "12", None)),
        ("二十一栋", Parts("21", None, None, None)),
        ("一百零三栋", Parts("103", None, None, None)),
        ("一二栋", Parts("12", None, None, None)),
        ("东坪一村5号楼", Parts("5", None, None, None)),
        ("03幢", Parts("3", None, None, None)),
        ("b栋1单元", Parts("B", "1", None, None)),
        ("3栋2单元501", Parts("3", "2", "5", "501")),
        ("5号楼3楼灯不亮", Parts("5", None, "3", None)),
        ("楼道垃圾没人收，灯也不亮", Parts()),
        ("电话 138-0000-0001", Parts()),
        ("", Parts()),
    ],
)
def test_an_address_in_words_becomes_its_parts(words: str, parts: Parts) -> None:
    assert address.parse(words) == parts


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_words_are_read_without_failing(words: str) -> None:
    address.parse(words)


@settings(deadline=None)
@given(st.integers(1, 999), st.integers(1, 99), st.integers(1, 99))
def test_the_short_and_the_long_form_mean_the_same(building: int, entrance: int, floor: int) -> None:
    assert address.parse(f"{building}-{entrance}-{floor}") == address.parse(f"{building}栋{entrance}单元{floor}层")


@pytest.mark.parametrize(
    ("kind", "name", "local_code", "number"),
    [
        (AreaKind.BUILDING, "3栋", None, "3"),
        (AreaKind.BUILDING, "东坪一村12号楼", "x", "12"),
        (AreaKind.BUILDING, "文化楼", "7", "7"),
        (AreaKind.ENTRANCE, "2单元", None, "2"),
        (AreaKind.CLUSTER, "3栋", "3", None),
    ],
)
def test_a_building_is_called_by_its_number(
    kind: AreaKind, name: str, local_code: str | None, number: str | None
) -> None:
    assert address.number_of(kind, name, local_code) == number


def _place(kind: AreaKind, *above: UUID, estate: UUID | None = None) -> Place:
    own = uuid4()
    return Place(own, kind, (*above, own), estate)


def test_a_number_alone_is_every_building_of_that_number_and_none_of_them_for_sure() -> None:
    numbered = [_place(AreaKind.BUILDING), _place(AreaKind.BUILDING)]
    found = address.candidates(Parts("3"), [], [], numbered)
    assert found == numbered
    assert address.exact(found) is None


def test_a_named_place_and_a_number_are_one_building() -> None:
    cluster = _place(AreaKind.CLUSTER)
    inside, outside = _place(AreaKind.BUILDING, cluster.id), _place(AreaKind.BUILDING)
    found = address.candidates(Parts("3"), [cluster], [], [inside, outside])
    assert address.exact(found) == inside.id


def test_a_named_estate_counts_like_a_place() -> None:
    estate = uuid4()
    inside, outside = _place(AreaKind.BUILDING, estate=estate), _place(AreaKind.BUILDING, estate=uuid4())
    assert address.candidates(Parts("3"), [], [estate], [inside, outside]) == [inside]


def test_without_a_number_the_deepest_named_place_is_meant() -> None:
    community = _place(AreaKind.COMMUNITY)
    cluster = _place(AreaKind.CLUSTER, community.id)
    assert address.candidates(Parts(), [community, cluster], [], []) == [cluster]


def test_words_that_name_no_place_are_no_place() -> None:
    assert address.candidates(Parts(), [], [], []) == []
    assert address.exact([]) is None
