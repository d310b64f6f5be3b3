"""Which provider carries a message: the narrowest route, its weights, a draw that repeats, and who is left out."""

from collections import Counter
from typing import Any
from uuid import UUID, uuid4

from services.notify.domain.routing import Asked, Pair, Route, eligible, market_of, pick, route_for

ORGANIZATION = UUID(int=5)


def a_pair(provider: str, weight: int = 100) -> Pair:
    return Pair(provider, "106", weight, weight)


def a_route(name: int, **changes: Any) -> Route:
    values: dict[str, Any] = {"id": UUID(int=name), "channel": "sms"}
    return Route(**(values | changes))


ROUTES = [
    a_route(1),
    a_route(2, message_class="code"),
    a_route(3, prefix="+86138"),
    a_route(4, prefix="+861380"),
    a_route(5, market="other"),
    a_route(6, organization_id=ORGANIZATION),
    a_route(7, channel="email"),
]


def found(**asked: Any) -> int | None:
    route = route_for(ROUTES, Asked(**({"channel": "sms", "message_class": "notice"} | asked)))
    return route.id.int if route else None


def test_the_narrowest_route_that_fits_is_taken() -> None:
    assert found(number="+8613900000000", market="cn") == 1
    assert found(number="+8613900000000", message_class="code") == 2
    assert found(number="+8613810000000") == 3
    assert found(number="+8613800000000") == 4
    assert found(number="+447700900000", market="other") == 5
    assert found(number="+8613800000000", organization_id=ORGANIZATION, message_class="code") == 6
    assert found(channel="email", number="a@b.cn") == 7
    assert found(channel="robot") is None


def test_a_number_has_a_market_and_a_mailbox_none() -> None:
    assert [market_of(one) for one in ("+8613800000000", "+447700900000", "a@b.cn")] == ["cn", "other", ""]


def test_the_draw_follows_the_weights_and_repeats() -> None:
    pairs = [a_pair("a", 75), a_pair("b", 25)]
    refs = [uuid4() for _ in range(4_000)]
    drawn = Counter(pick(ref, pairs).provider for ref in refs)
    assert 2_800 < drawn["a"] < 3_200
    assert all(pick(ref, pairs) == pick(ref, pairs) for ref in refs[:50])


def test_who_is_unwell_or_has_no_weight_is_not_drawn() -> None:
    pairs = [a_pair("a"), a_pair("b"), a_pair("c", 0)]
    assert [p.provider for p in eligible(pairs, lambda one: one != "a", ())] == ["b"]


def test_who_has_just_refused_is_taken_only_where_nobody_else_is_left() -> None:
    pairs = [a_pair("a"), a_pair("b")]
    assert [p.provider for p in eligible(pairs, lambda _: True, {"a"})] == ["b"]
    assert [p.provider for p in eligible(pairs, lambda one: one == "a", {"a"})] == ["a"]
