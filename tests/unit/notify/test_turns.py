"""Whose turn it is: codes first, the others as 6 : 3 : 1, and no campaign before another's few."""

from collections import Counter
from uuid import UUID

from services.notify.domain.turns import Lane, in_turn, shares


def a_lane(priority: int, key: int = 1) -> Lane:
    return Lane(priority, UUID(int=key))


def test_three_priorities_share_as_six_three_and_one() -> None:
    share = shares([a_lane(1), a_lane(2), a_lane(3)], 100)
    assert share == {a_lane(1): 60, a_lane(2): 30, a_lane(3): 10}


def test_who_waits_alone_has_it_all_and_the_lowest_still_gets_its_tenth() -> None:
    assert shares([a_lane(3)], 100) == {a_lane(3): 100}
    assert shares([a_lane(2), a_lane(3)], 100) == {a_lane(2): 75, a_lane(3): 25}


def test_codes_are_not_shared_out() -> None:
    assert shares([a_lane(0), a_lane(2)], 100) == {a_lane(0): 100, a_lane(2): 100}


def test_senders_of_one_priority_get_alike_and_each_at_least_one() -> None:
    assert set(shares([a_lane(2, key) for key in range(4)], 100).values()) == {25}
    assert set(shares([a_lane(3, key) for key in range(500)], 100).values()) == {1}


def test_every_stretch_holds_each_lane_in_its_share() -> None:
    lanes = [a_lane(1), a_lane(2), a_lane(3)]
    share = shares(lanes, 100)
    rows = [(lane, (lane.priority, n)) for lane in lanes for n in range(share[lane])]
    woven = in_turn(rows, share)
    assert Counter(priority for priority, _ in woven[:20]) == {1: 12, 2: 6, 3: 2}
    assert [n for priority, n in woven if priority == 2] == list(range(30))


def test_a_campaign_of_thousands_does_not_stand_before_two_of_another() -> None:
    large, small = a_lane(3, 1), a_lane(3, 2)
    share = shares([large, small], 100)
    woven = in_turn([(large, "large")] * 50 + [(small, "small")] * 2, share)
    assert woven[:4].count("small") == 2


def test_urgent_ones_stand_first() -> None:
    share = shares([a_lane(0), a_lane(1)], 10)
    assert in_turn([(a_lane(1), "notice"), (a_lane(0), "code")], share) == ["code", "notice"]
