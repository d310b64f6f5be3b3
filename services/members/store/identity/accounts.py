"""Rows of accounts and their second factors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from chassis.transaction import Transaction
from services.members.store import rows
from services.members.store.identity.tables import accounts, second_factors
from services.members.store.people import sealed

_TOTP, _RECOVERY = "totp", "recovery"
_SECRET = "second_factors.secret"  # noqa: S105


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    id: UUID
    person_id: UUID
    password_hash: str
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    id: UUID
    secret: str
    last_step: int


async def any_there(tx: Transaction) -> bool:
    return (await tx.execute(select(accounts.c.id).limit(1))).first() is not None


async def by_login(tx: Transaction, login: str) -> Account | None:
    found = (await tx.execute(select(accounts).where(accounts.c.login_index == login_index(tx, login)))).one_or_none()
    return _account_of(found) if found else None


async def of_person(tx: Transaction, person_id: UUID) -> list[Account]:
    chosen = select(accounts).where(accounts.c.person_id == person_id).order_by(accounts.c.id)
    return [_account_of(row) for row in await tx.execute(chosen)]


async def load(tx: Transaction, account_id: UUID) -> Account:
    found = (await tx.execute(select(accounts).where(accounts.c.id == account_id))).one_or_none()
    if found is None:
        raise rows.not_found()
    return _account_of(found)


async def add(tx: Transaction, account: Account, login: str, totp_secret: str) -> None:
    """A new account; its second factor is sealed with the person's own key."""
    row = {
        "id": account.id,
        "person_id": account.person_id,
        "login_index": login_index(tx, login),
        "password_hash": account.password_hash,
        "revision": 1,
    }
    await rows.put(tx, accounts, [row])
    key = (await sealed.keys_of(tx, [account.person_id]))[account.person_id]
    factor_id = tx.new_id()
    secret = sealed.seal(tx, totp_secret, key, _SECRET, factor_id)
    await rows.put(tx, second_factors, [_factor(factor_id, account.id, _TOTP) | {"secret_sealed": secret}])


async def set_password(tx: Transaction, account: Account, password_hash: str) -> None:
    changed = update(accounts).where(accounts.c.id == account.id)
    await tx.execute(changed.values(password_hash=password_hash, revision=accounts.c.revision + 1))


async def totp_of(tx: Transaction, account: Account) -> SecondFactor | None:
    """The account's second factor, locked: each step counts once."""
    chosen = select(second_factors).where(second_factors.c.account_id == account.id, second_factors.c.kind == _TOTP)
    row = (await tx.execute(chosen.with_for_update())).one_or_none()
    if row is None:
        return None
    key = (await sealed.keys_of(tx, [account.person_id]))[account.person_id]
    secret = sealed.unseal(tx, bytes(row.secret_sealed), key, _SECRET, row.id)
    return SecondFactor(id=row.id, secret=secret, last_step=row.last_step)


async def use_step(tx: Transaction, factor: SecondFactor, step: int) -> None:
    await tx.execute(update(second_factors).where(second_factors.c.id == factor.id).values(last_step=step))


async def use_recovery_code(tx: Transaction, account: Account, code: str, at: datetime) -> bool:
    """Take a recovery code, once."""
    fresh = (
        (second_factors.c.account_id == account.id)
        & (second_factors.c.kind == _RECOVERY)
        & (second_factors.c.code_hash == _code_hash(tx, account, code))
        & second_factors.c.used_at.is_(None)
    )
    return (await tx.execute(update(second_factors).where(fresh).values(used_at=at))).rowcount == 1


async def renew_recovery_codes(tx: Transaction, account: Account, codes: Sequence[str]) -> None:
    """New codes; the old ones are of no more use."""
    old = (second_factors.c.account_id == account.id) & (second_factors.c.kind == _RECOVERY)
    await tx.execute(delete(second_factors).where(old))
    new = [_factor(tx.new_id(), account.id, _RECOVERY) | {"code_hash": _code_hash(tx, account, c)} for c in codes]
    await rows.put(tx, second_factors, new)


def login_index(tx: Transaction, login: str) -> bytes:
    return tx.service.sealing.index(f"login:{login.strip().casefold()}")


def _code_hash(tx: Transaction, account: Account, code: str) -> bytes:
    return tx.service.sealing.index(f"recovery:{account.id}:{code}")


def _factor(factor_id: UUID, account_id: UUID, kind: str) -> dict[str, Any]:
    return {
        "id": factor_id,
        "account_id": account_id,
        "kind": kind,
        "secret_sealed": None,
        "code_hash": None,
        "last_step": 0,
        "used_at": None,
    }


def _account_of(row: Any) -> Account:
    return Account(id=row.id, person_id=row.person_id, password_hash=row.password_hash, revision=row.revision)
