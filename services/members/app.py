"""The one place where members is wired."""

from chassis.service import Running, Service
from chassis.settings import load
from chassis.timers import Timer
from services.members.api.groups import area_moves, coverage, memberships, organizations, posts, task_forces
from services.members.api.identity import accounts, grants, me, sessions, sign_in
from services.members.api.internal import contacts, identification, labels
from services.members.api.names import router as names
from services.members.api.people import contact_points, households, people, reveals
from services.members.api.places import addresses, areas, estates
from services.members.domain.identity.permission import AAL2, PERMISSIONS, SENSITIVE
from services.members.events import EVENTS
from services.members.handlers.identity import first_keeper, tokens
from services.members.handlers.identity.accounts import ready
from services.members.handlers.people import household_counts
from services.members.inbox import READS
from services.members.settings import MembersSettings
from services.members.states import STATES

TIMERS = (Timer(tokens.ROTATION, tokens.rotate), Timer(household_counts.COUNT, household_counts.count))

ROUTERS = (
    areas.router,
    addresses.router,
    estates.router,
    names,
    area_moves.router,
    accounts.router,
    people.router,
    contact_points.router,
    households.router,
    reveals.router,
    organizations.router,
    posts.router,
    memberships.router,
    coverage.router,
    task_forces.router,
    sign_in.router,
    sessions.router,
    me.router,
    grants.router,
    identification.router,
    contacts.router,
    labels.router,
)


def build() -> Service:
    """members, from its settings in the environment."""
    return service(load(MembersSettings, "members"))


def service(settings: MembersSettings) -> Service:
    return Service(
        name="members",
        settings=settings,
        routers=ROUTERS,
        events=EVENTS,
        reads=READS,
        timers=TIMERS,
        permissions=PERMISSIONS,
        aal2=AAL2,
        sensitive=SENSITIVE,
        after_migrate=begin,
        states=STATES,
    )


async def begin(running: Running) -> None:
    """The root of the places, the keys that tokens are signed with, and the first keeper: each once."""
    settings = running.settings
    assert isinstance(settings, MembersSettings)
    async with running.transaction() as tx:
        await tokens.ensure_keys(tx)
        await household_counts.await_count(tx)
        root = await first_keeper.ensure_root(settings.root_area_name, settings.root_area_kind, tx)
    if settings.first_keeper_login:
        async with running.reading() as tx:
            if await first_keeper.account_there(tx):
                return
        account = ready(
            settings.first_keeper_login,
            settings.first_keeper_password.get_secret_value(),
            settings.first_keeper_totp.get_secret_value(),
        )
        async with running.transaction() as tx:
            await first_keeper.ensure_keeper(account, root, tx)
