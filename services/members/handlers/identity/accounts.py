"""Commands about accounts: opened with a password and a second factor, kept by their owner."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.identity import password as passwords
from services.members.domain.identity import totp
from services.members.handlers.people import people as enrolment
from services.members.handlers.people.people import Enrolled, EnrolPerson
from services.members.store.identity import accounts
from services.members.store.identity.accounts import Account

_CODE_BYTES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """`password_hash`: hashing takes long, so it is done before the transaction begins."""

    login: str
    password_hash: str
    totp_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolWithAccount:
    person: EnrolPerson
    account: NewAccount | None


@dataclass(frozen=True, slots=True)
class EnrolledWithAccount:
    enrolled: Enrolled
    account_id: UUID | None


async def enrol_with_account(command: EnrolWithAccount, tx: Transaction) -> EnrolledWithAccount:
    """A new person, who may sign in at once."""
    (enrolled,) = await enrolment.enrol([command.person], tx)
    if command.account is None:
        return EnrolledWithAccount(enrolled, None)
    return EnrolledWithAccount(enrolled, await open_account(enrolled.person.id, command.account, tx))


async def add_account(person_id: UUID, new: NewAccount, tx: Transaction) -> UUID:
    """A person who is known may sign in from now on."""
    person = await enrolment.loaded(person_id, tx, permission="people.enrol", lock=True)
    if tx.actor.person_id == person.id:
        raise Refused("own_account", status=403, detail="somebody else opens an account for her")
    return await open_account(person.id, new, tx)


async def open_account(person_id: UUID, new: NewAccount, tx: Transaction) -> UUID:
    account = Account(id=tx.new_id(), person_id=person_id, password_hash=new.password_hash)
    await accounts.add(tx, account, new.login, totp.check_secret(new.totp_secret))
    await record_act(tx, action="account_opened", subject=person_id)
    return account.id


async def own_account(tx: Transaction) -> Account:
    """The account of whoever asks."""
    assert tx.actor.person_id is not None
    mine = await accounts.of_person(tx, tx.actor.person_id)
    if not mine:
        raise Refused("not_found", status=404)
    return mine[0]


async def change_password(account: Account, password_hash: str, tx: Transaction) -> None:
    await accounts.set_password(tx, account, password_hash)
    await record_act(tx, action="password_changed", subject=account.person_id)


async def renew_recovery_codes(tx: Transaction) -> list[str]:
    """Ten codes for a lost phone, shown once; earlier ones are void."""
    account = await own_account(tx)
    codes = [secrets.token_hex(_CODE_BYTES) for _ in range(totp.RECOVERY_CODES)]
    await accounts.renew_recovery_codes(tx, account, codes)
    await record_act(tx, action="recovery_codes_renewed", subject=account.person_id)
    return codes


def ready(login: str, password: str, totp_secret: str) -> NewAccount:
    """Judge and hash, which takes long: never inside a transaction."""
    passwords.check_password(password, login)
    return NewAccount(login=login, password_hash=passwords.hashed(password), totp_secret=totp.check_secret(totp_secret))
