"""Passwords: long ones, never common ones, and a growing pause after wrong tries instead of a lock."""

from datetime import timedelta
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from chassis.refused import Refused

LENGTH_MIN = 12
LENGTH_MAX = 200
DISTINCT_MIN = 5
PAUSE_MAX = timedelta(hours=1)

_HASH = PasswordHash((Argon2Hasher(),))
_COMMON = (
    "123456789012 1234567890123 12345678901234 password1234 password12345 passwordpassword qwertyuiop12 qwertyuiop123"
    " qwertyuiopasdf qwerty123456 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc administrator administrator1 admin1234567"
    " woaini1314520 woaini5201314 iloveyou1234 iloveyou5201314 letmein12345 welcome12345 changeme1234 abcdefghijkl"
    " abcd12345678 abc123456789 a123456789012 zxcvbnm12345 asdfghjkl123 aa1234567890 88888888888a p@ssw0rd1234"
)


def check_password(password: str, login: str) -> None:
    """Is it good enough to protect other people's matters?"""
    code = _weakness(password, login)
    if code:
        raise Refused(code, status=422, errors=[{"pointer": "/password", "code": code, "detail": code}])


def hashed(password: str) -> str:
    return _HASH.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Compare, in the same time whether there is a hash or not."""
    fits = _HASH.verify(password[:LENGTH_MAX], password_hash or _nobody())
    return fits and password_hash is not None


@cache
def _nobody() -> str:
    """Verified when there is no such account, so that an unknown login takes as long as a known one."""
    return hashed("nobody signs in with this one")


def pause_after(failures: int) -> timedelta:
    """One second after the first wrong try that counts, doubling up to an hour."""
    if failures < 1:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - 1, 12)), PAUSE_MAX)


def _weakness(password: str, login: str) -> str | None:
    plain = password.casefold()
    if len(password) < LENGTH_MIN:
        return "password_too_short"
    if len(password) > LENGTH_MAX:
        return "password_too_long"
    if plain in _COMMON.split() or len(set(plain)) < DISTINCT_MIN or login.casefold() in plain:
        return "password_common"
    return None
