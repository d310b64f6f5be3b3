"""Identity: the matrix, grants, passwords, second factors, challenges, counters, sessions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.refused import Refused
from services.members.domain.groups.membership import GIVES as TIER_GIVES
from services.members.domain.groups.post import GIVES as POST_GIVES
from services.members.domain.identity import challenge as challenges
from services.members.domain.identity import grant as rules
from services.members.domain.identity import password, session, totp
from services.members.domain.identity.challenge import CAPS, Answer, Challenge, Counted, Counter
from services.members.domain.identity.grant import HOLDS, ROLES, Held, RoleGrant, Scope, ScopeKind, Source
from services.members.domain.identity.permission import AAL2, PERMISSIONS
from services.members.domain.identity.session import Level
from services.members.domain.period import Period

NOW = datetime(2018, 8, 30, 9, 22, tzinfo=UTC)
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

# Who may do what in [1], written by hand from the design and never from the code. `*` asks for a fresh second factor.
MATRIX = {
    "places.edit": "district* secretary*",
    "organizations.edit": "district* secretary*",
    "memberships.read": "secretary operator leader member",
    "memberships.decide": "secretary leader",
    "task_forces.form": "secretary leader",
    "people.read": "secretary operator leader",
    "people.enrol": "secretary* operator* keeper*",
    "households.edit": "secretary* operator*",
    "contact.reveal": "secretary* operator* leader*",
    "grants.give": "district* secretary* keeper*",
    "grants.end": "district* secretary* keeper*",
    "access_log.read": "auditor*",
    "sessions.read": "secretary keeper auditor",
    "sessions.revoke": "secretary* keeper*",
}


def a_scope(*area_path: UUID, kind: ScopeKind = ScopeKind.AREA) -> Scope:
    path = area_path if kind is ScopeKind.AREA else (uuid4(),)
    return Scope(kind=kind, id=path[-1], path=tuple(path), area_path=tuple(area_path))


def a_challenge(**changes: object) -> Challenge:
    plain = Challenge(
        id=uuid4(),
        person_id=uuid4(),
        contact_point_id=uuid4(),
        device_hash=b"device",
        expires_at=NOW + challenges.LIFE,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("permission", sorted({*MATRIX, *PERMISSIONS}))
def test_the_matrix_is_as_it_was_written_by_hand(permission: str) -> None:
    starred = {role.rstrip("*") for role in MATRIX[permission].split()}
    assert PERMISSIONS[permission] == starred
    assert (permission in AAL2) == ("*" in MATRIX[permission])


def test_every_role_of_a_post_or_a_tier_is_a_role_there_is() -> None:
    assert set(POST_GIVES.values()) | set(TIER_GIVES.values()) <= ROLES


@pytest.mark.parametrize(("giver", "role"), list(product(sorted(ROLES), sorted(ROLES))))
def test_nobody_gives_more_than_she_holds(giver: str, role: str) -> None:
    scope = a_scope(uuid4())
    held = [Held(role=giver, scope_kind="area", scope_id=scope.id)]
    if role in HOLDS[giver]:
        rules.check_giver(held, role, scope, giver_id=uuid4(), subject_id=uuid4())
    else:
        with pytest.raises(Refused, match="more_than_held"):
            rules.check_giver(held, role, scope, giver_id=uuid4(), subject_id=uuid4())


@settings(deadline=None)
@given(st.lists(st.sampled_from(sorted(ROLES)), max_size=4), st.sampled_from(sorted(ROLES)), st.booleans())
def test_nobody_gives_to_herself_or_outside_her_scope(roles: list[str], role: str, sideways: bool) -> None:
    mine, elsewhere, person = uuid4(), uuid4(), uuid4()
    held = [Held(role=each, scope_kind="area", scope_id=mine) for each in roles]
    target = a_scope(elsewhere) if sideways else a_scope(mine)
    subject = uuid4() if sideways else person
    with pytest.raises(Refused, match="more_than_held" if sideways else "own_grant"):
        rules.check_giver(held, role, target, giver_id=person, subject_id=subject)


def test_a_scope_reaches_down_and_never_up() -> None:
    township, community = uuid4(), uuid4()
    inside, above = a_scope(township, community), a_scope(township)
    held = [Held(role="secretary", scope_kind="area", scope_id=community)]
    rules.check_giver(held, "operator", inside, giver_id=uuid4(), subject_id=uuid4())
    with pytest.raises(Refused, match="more_than_held"):
        rules.check_giver(held, "operator", above, giver_id=uuid4(), subject_id=uuid4())


def test_an_area_holds_the_organisations_in_it_and_an_organisation_no_area() -> None:
    area = uuid4()
    group = a_scope(area, kind=ScopeKind.ORGANIZATION)
    rules.check_giver(
        [Held(role="secretary", scope_kind="area", scope_id=area)],
        "leader",
        group,
        giver_id=uuid4(),
        subject_id=uuid4(),
    )
    of_group = [Held(role="secretary", scope_kind="organization", scope_id=area)]
    with pytest.raises(Refused, match="more_than_held"):
        rules.check_giver(of_group, "leader", a_scope(area), giver_id=uuid4(), subject_id=uuid4())


def test_by_hand_a_grant_lasts_a_year_at_most() -> None:
    rules.check_by_hand("operator", Period(NOW, NOW + timedelta(days=365)))
    for end in (None, NOW + timedelta(days=367)):
        with pytest.raises(Refused, match="longer_than_a_year"):
            rules.check_by_hand("operator", Period(NOW, end))
    with pytest.raises(Refused, match="role_unknown"):
        rules.check_by_hand("resident", Period(NOW, NOW + timedelta(days=1)))


@pytest.mark.parametrize("source", list(Source))
def test_what_a_post_or_membership_gave_does_not_end_by_hand(source: Source) -> None:
    grant = RoleGrant(
        id=uuid4(), subject_id=uuid4(), role="leader", scope=a_scope(uuid4()), during=Period(NOW), source=source
    )
    if source in (Source.POST, Source.MEMBERSHIP):
        with pytest.raises(Refused, match="ends_with_its_source"):
            rules.check_end_by_hand(grant)
    else:
        rules.check_end_by_hand(grant)
        assert grant.ended(NOW + timedelta(days=1)).during.end == NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("given_password", "code"),
    [
        ("short", "password_too_short"),
        ("x" * 201, "password_too_long"),
        ("123456789012", "password_common"),
        ("aaaaaaaaaaaaaaa", "password_common"),
        ("chenhong chenhong", "password_common"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(given_password: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        password.check_password(given_password, "chenhong")


def test_a_password_is_hashed_and_compared_even_when_there_is_none() -> None:
    password.check_password("correct horse battery staple", "chenhong")
    stored = password.hashed("correct horse battery staple")
    assert stored.startswith("$argon2id$")
    assert password.matches("correct horse battery staple", stored)
    assert not password.matches("another horse", stored)
    assert not password.matches("nobody signs in with this one", None)


def test_the_pause_doubles_up_to_an_hour() -> None:
    assert [password.pause_after(n).total_seconds() for n in (-1, 0, 1, 2, 3, 4)] == [0, 0, 1, 2, 4, 8]
    assert password.pause_after(10_000) == password.PAUSE_MAX


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_known_answers_of_rfc_6238_hold(seconds: int, code: str) -> None:
    assert totp.code_at(SECRET, totp.step_at(datetime.fromtimestamp(seconds, UTC))) == code


@pytest.mark.parametrize("offset", [-2, -1, 0, 1, 2])
def test_a_code_is_taken_one_step_around_now(offset: int) -> None:
    step = totp.step_at(NOW) + offset
    found = totp.accepted_step(SECRET, totp.code_at(SECRET, step), at=NOW, last_step=0)
    assert found == (step if abs(offset) <= 1 else None)


def test_a_step_is_taken_once() -> None:
    step = totp.step_at(NOW)
    assert totp.accepted_step(SECRET, totp.code_at(SECRET, step), at=NOW, last_step=step) is None


@pytest.mark.parametrize("secret", ["", "short", "not base32 !!!!!!!!!", "AAAA"])
def test_a_shared_secret_is_long_enough(secret: str) -> None:
    with pytest.raises(Refused, match="totp_secret_invalid"):
        totp.check_secret(secret)


def test_a_code_is_six_digits_of_its_digest() -> None:
    assert challenges.code_from(b"\0" * 32) == "000000"
    assert len(challenges.code_from(b"\xff" * 32)) == 6


def test_a_code_is_right_once_in_time_on_its_device() -> None:
    used, answer = challenges.tried(a_challenge(), code="123456", right_code="123456", device_hash=b"device", at=NOW)
    assert answer is Answer.RIGHT
    assert used.used_at == NOW
    for void in (used, a_challenge(expires_at=NOW), a_challenge(tries=challenges.TRIES)):
        same, again = challenges.tried(void, code="123456", right_code="123456", device_hash=b"device", at=NOW)
        assert (same, again) == (void, Answer.VOID)


def test_another_device_gets_nowhere_and_costs_no_try() -> None:
    same, answer = challenges.tried(a_challenge(), code="123456", right_code="123456", device_hash=b"other", at=NOW)
    assert (same.tries, answer) == (0, Answer.VOID)


def test_a_wrong_code_costs_a_try_and_an_unknown_number_has_no_right_one() -> None:
    wrong, answer = challenges.tried(a_challenge(), code="000000", right_code="123456", device_hash=b"device", at=NOW)
    assert (wrong.tries, answer) == (1, Answer.WRONG)
    nobody = a_challenge(person_id=None)
    assert challenges.tried(nobody, code="1", right_code="1", device_hash=b"device", at=NOW)[1] is Answer.WRONG


@settings(deadline=None)
@given(st.sampled_from(sorted(CAPS)), st.lists(st.integers(1, 90_000), max_size=60))
def test_no_window_ever_holds_more_than_its_cap(kind: Counted, gaps: list[int]) -> None:
    counter, at, allowed = Counter(kind=kind, subject=b"x"), NOW, []
    for gap in gaps:
        at += timedelta(seconds=gap)
        if not counter.wait(at):
            counter = counter.counted(at)
            allowed.append(at)
    for cap in CAPS[kind]:
        for start in allowed:
            assert sum(1 for time in allowed if start <= time < start + cap.window) <= cap.most


def test_who_waits_as_long_as_she_is_told_may_go_on() -> None:
    counter = Counter(kind=Counted.NUMBER, subject=b"x").counted(NOW)
    wait = counter.wait(NOW + timedelta(seconds=20))
    assert wait == timedelta(seconds=40)
    assert not counter.wait(NOW + timedelta(seconds=20) + wait)


def test_wrong_tries_in_a_row_block_and_a_right_one_clears() -> None:
    counter = Counter(kind=Counted.ACCOUNT, subject=b"x")
    for _ in range(challenges.FREE_TRIES[Counted.ACCOUNT]):
        counter = counter.failed(NOW)
    assert not counter.blocked(NOW)
    assert counter.failed(NOW).blocked(NOW)
    assert not counter.failed(NOW).cleared().blocked(NOW)


@pytest.mark.parametrize(
    ("address", "block"),
    [("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2ff::5", "2001:db8:1:200::/56"), ("testclient", "unknown")],
)
def test_neighbouring_addresses_count_together(address: str, block: str) -> None:
    assert challenges.address_block(address) == block


def test_a_session_sleeps_after_half_an_hour_and_ends_after_twelve() -> None:
    one = session.session(uuid4(), uuid4(), None, Level.AAL2, at=NOW, keep=True)
    assert not one.kept
    assert one.good(NOW + session.IDLE - timedelta(seconds=1))
    assert not one.good(NOW + session.IDLE)
    awake = replace(one, last_used_at=NOW + session.LIFE)
    assert not awake.good(NOW + session.LIFE)
    assert not replace(one, ended_at=NOW).good(NOW)


def test_a_session_kept_on_ones_own_device_lasts_thirty_days() -> None:
    kept = session.session(uuid4(), uuid4(), None, Level.AAL1, at=NOW, keep=True)
    assert kept.good(NOW + timedelta(days=29))
    assert not kept.good(NOW + timedelta(days=30))


def test_a_confirmed_session_is_fresh_again() -> None:
    later = NOW + timedelta(minutes=20)
    one = session.session(uuid4(), uuid4(), uuid4(), Level.AAL2, at=NOW).confirmed(later)
    assert (one.level, one.authenticated_at) == (Level.AAL2, later)
