"""The code by which a case or a slip is called on paper: short, without meaning, without a person in it."""

from typing import Final
from uuid import UUID

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def code_of(prefix: str, id: UUID) -> str:
    """H-7K2M-9QXT from the random end of an id."""
    rest, letters = id.int, ""
    for _ in range(8):
        rest, letter = divmod(rest, len(_LETTERS))
        letters += _LETTERS[letter]
    return f"{prefix}-{letters[:4]}-{letters[4:]}"
