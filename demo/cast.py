"""Who plays: every person is invented, and the same in every run."""

import base64
import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass

SEED = 20180830
SURNAMES = "卓尉缪璩逄笪芮羿郗谌闫邬咸蔺亓竺褚岑佘巫滑裘虞庾"
GIVEN = "蕙沅芷珞筠澜霏黛绫颐苓姝汀荻岫珺瑗棠萱芮霁璐妤昭"


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody with an account: she signs in with password and second factor."""

    key: str
    name: str
    phone: str
    role: str
    community: str

    @property
    def login(self) -> str:
        return self.key.replace("_", "-")

    @property
    def password(self) -> str:
        return f"one-call-{hashlib.sha256(f'{SEED}:{self.key}'.encode()).hexdigest()[:12]}"

    @property
    def totp_secret(self) -> str:
        return base64.b32encode(hashlib.sha256(f"{SEED}:{self.key}".encode()).digest()[:20]).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Resident:
    name: str
    phone: str
    birth_year: int


# key, role shown at sign-in, community she works in ("" = the district)
_PARTS = (
    ("district_officer", "district", ""),
    ("secretary_zhongyilu", "secretary", "中一路社区"),
    ("secretary_dongshanping", "secretary", "东山坪社区"),
    ("operator_zhongyilu", "operator", "中一路社区"),
    ("operator_dongshanping", "operator", "东山坪社区"),
    ("treasurer", "treasurer", "中一路社区"),
    ("auditor", "auditor", "中一路社区"),
    ("counsellor", "counsellor", "中一路社区"),
    ("message_manager", "message_manager", ""),
    ("leader_arts", "leader", "中一路社区"),
    ("leader_craft", "leader", "中一路社区"),
    ("leader_care", "leader", "中一路社区"),
    ("leader_service", "leader", "东山坪社区"),
    ("leader_mutual", "leader", "东山坪社区"),
    ("leader_property", "leader", "东山坪社区"),
    ("leader_residents", "leader", "东山坪社区"),
    ("member_craft", "member", "中一路社区"),
    ("member_service", "member", "东山坪社区"),
)


def _names() -> Iterator[str]:
    """Three characters that hardly any real name combines, none twice."""
    dice = random.Random(SEED)
    given: set[str] = set()
    while True:
        name = dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, 2))
        if name not in given:
            given.add(name)
            yield name


def _phones() -> Iterator[str]:
    yield from (f"1380000{number:04d}" for number in range(1, 10_000))


_name, _phone = _names(), _phones()
PARTS = {key: Part(key, next(_name), next(_phone), role, community) for key, role, community in _PARTS}


def residents(count: int, *, first_phone: int) -> list[Resident]:
    """Further people, the same for the same first phone."""
    dice = random.Random(SEED + first_phone)
    named = _names_after(first_phone)
    return [Resident(next(named), f"1380{first_phone + i:07d}", dice.randint(1938, 2000)) for i in range(count)]


def _names_after(offset: int) -> Iterator[str]:
    names = _names()
    for _ in range(len(_PARTS) + offset % 3_000):
        next(names)
    return names
