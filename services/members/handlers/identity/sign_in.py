"""Signing in: by password and second factor, or by a code sent to one's own number."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.identity import challenge as rules
from services.members.domain.identity import totp
from services.members.domain.identity.challenge import Answer, Challenge, Counted
from services.members.domain.identity.session import Level
from services.members.domain.people import contact
from services.members.domain.people.person import MOVES, PersonMove, PersonState
from services.members.events.fact import About
from services.members.events.identity import SignInCodeRequested, SignInCodeUsed
from services.members.handlers.identity.sessions import Begun, begin, real_now, used
from services.members.store.identity import accounts, challenges, sessions
from services.members.store.identity.accounts import Account
from services.members.store.people import contact_points, people

_KEEP_CHALLENGES = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """A try to sign in, counted before it is judged; `wait` when it comes too soon after others."""

    account: Account | None
    wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSignIn:
    login: str
    totp: str | None
    recovery_code: str | None
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForCode:
    phone: str
    device: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveCode:
    challenge_id: UUID
    code: str
    device: str
    keep: bool


async def open_try(command: PasswordSignIn, tx: Transaction) -> Try:
    """Count the try as a failure first: a success takes it back. So many tries at once gain nothing."""
    at = real_now()
    counters = await challenges.counters(tx, _subjects(command))
    blocked = [counter.blocked_until - at for counter in counters if counter.blocked_until and counter.blocked(at)]
    if blocked:
        return Try(account=None, wait=max(blocked))
    for counter in counters:
        await challenges.save_counter(tx, counter.failed(at))
    return Try(account=await accounts.by_login(tx, command.login))


async def finish_try(command: PasswordSignIn, opened: Try, password_fits: bool, tx: Transaction) -> Begun | None:
    """The password was compared; now the second factor. Nothing when anything is wrong."""
    account = opened.account
    if account is None or not password_fits or not await _second_factor(command, account, tx):
        return None
    if not (await people.load(tx, account.person_id)).reachable:
        return None
    for counter in await challenges.counters(tx, _subjects(command)):
        await challenges.save_counter(tx, counter.cleared())
    return await begin(tx, account.person_id, account.id, Level.AAL2)


async def confirm(secret: str, code: str, tx: Transaction) -> Begun | None:
    """The second factor again, for what needs it fresh."""
    session = await used(tx, secret)
    account = await accounts.load(tx, session.account_id) if session.account_id else None
    counters = await challenges.counters(tx, {Counted.ACCOUNT: f"confirm:{session.id}"})
    if account is None or counters[0].blocked(real_now()):
        return None
    if not await _totp_fits(account, code, tx):
        await challenges.save_counter(tx, counters[0].failed(real_now()))
        return None
    confirmed = session.confirmed(real_now())
    await sessions.save(tx, confirmed)
    return Begun(session=confirmed, secret=secret)


async def ask_for_code(command: AskForCode, tx: Transaction) -> Challenge | timedelta:
    """A new challenge; or how long to wait. Known and unknown numbers are answered alike."""
    number = contact.phone(command.phone)
    if not contact.is_mainland_mobile(number):
        raise Refused("phone_not_mobile", status=422)
    at = real_now()
    counters = await challenges.counters(
        tx, {Counted.NUMBER: number, Counted.ADDRESS: command.address, Counted.DEVICE: command.device}
    )
    wait = max(counter.wait(at) for counter in counters)
    if wait:
        return wait
    for counter in counters:
        await challenges.save_counter(tx, counter.counted(at))
    await challenges.forget_before(tx, at - _KEEP_CHALLENGES)
    saved = await challenges.save(tx, await _challenge(number, command.device, tx))
    if saved.person_id is not None:
        person = await people.load(tx, saved.person_id)
        tx.announce(SignInCodeRequested.of(saved), About(saved.id, saved.revision, person.community_id, saved.id))
    return saved


async def give_code(command: GiveCode, tx: Transaction) -> Begun | None:
    """One try with a code. A right one begins a session and proves that the number is hers."""
    challenge = await challenges.load(tx, command.challenge_id)
    if challenge is None:
        return None
    tried, answer = rules.tried(
        challenge,
        code=command.code,
        right_code=code_of(challenge, tx),
        device_hash=_device_hash(command.device, tx),
        at=real_now(),
    )
    if answer is Answer.VOID:
        return None
    saved = await challenges.save(tx, tried)
    return await _code_used(saved, command.keep, tx) if answer is Answer.RIGHT else None


def code_of(challenge: Challenge, tx: Transaction) -> str:
    """The code is derived anew each time it is needed, and stored nowhere."""
    return rules.code_from(tx.service.sealing.index(f"sign-in-code:{challenge.id}"))


async def _code_used(challenge: Challenge, keep: bool, tx: Transaction) -> Begun | None:
    assert challenge.person_id is not None
    person = await people.load(tx, challenge.person_id, lock=True)
    if person.state is PersonState.DISABLED:
        return None
    if PersonMove.VERIFY in MOVES[person.state]:
        person = await people.save(tx, person.moved(PersonMove.VERIFY))
    if challenge.contact_point_id:
        await contact_points.mark_verified(tx, challenge.contact_point_id, tx.now)
    tx.announce(
        SignInCodeUsed.of(challenge), About(challenge.id, challenge.revision, person.community_id, challenge.id)
    )
    return await begin(tx, person.id, None, Level.AAL1, keep=keep)


async def _challenge(number: str, device: str, tx: Transaction) -> Challenge:
    point = await contact_points.signing_in(tx, number)
    return Challenge(
        id=tx.new_id(),
        person_id=point.person_id if point else None,
        contact_point_id=point.id if point else None,
        device_hash=_device_hash(device, tx),
        expires_at=real_now() + rules.LIFE,
    )


async def _second_factor(command: PasswordSignIn, account: Account, tx: Transaction) -> bool:
    if command.recovery_code:
        return await accounts.use_recovery_code(tx, account, command.recovery_code, real_now())
    return await _totp_fits(account, command.totp or "", tx)


async def _totp_fits(account: Account, code: str, tx: Transaction) -> bool:
    factor = await accounts.totp_of(tx, account)
    if factor is None:
        return False
    step = totp.accepted_step(factor.secret, code, at=real_now(), last_step=factor.last_step)
    if step is None:
        return False
    await accounts.use_step(tx, factor, step)
    return True


def _device_hash(device: str, tx: Transaction) -> bytes:
    return tx.service.sealing.index(f"device:{device}")


def _subjects(command: PasswordSignIn) -> dict[Counted, str]:
    return {Counted.ACCOUNT: command.login.strip().casefold(), Counted.ADDRESS: command.address}
