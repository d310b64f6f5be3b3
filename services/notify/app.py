"""The one place where notify is wired."""

from typing import Final

from chassis.service import Running, Service
from chassis.settings import load
from chassis.transaction import Transaction
from services.notify import seeds
from services.notify.api import catalogue as catalogue_routes
from services.notify.api import messages, prompts, pushes, received, tray
from services.notify.channels.opening import Channels
from services.notify.domain.permission import AAL2, PERMISSIONS, SENSITIVE
from services.notify.domain.provider import Provider
from services.notify.domain.routing import Pair, Route
from services.notify.domain.rule import check as check_rule
from services.notify.domain.states import pages
from services.notify.domain.template import check as check_template
from services.notify.events import EVENTS
from services.notify.inbox import READS
from services.notify.loops.resolver import Resolver
from services.notify.loops.retention import forgetting
from services.notify.loops.sender import Sender
from services.notify.loops.tray import TrayLoop
from services.notify.settings import NotifySettings, settings_of
from services.notify.store import providers
from services.notify.store import rules as store_rules
from services.notify.store import templates as store_templates
from services.notify.store.providers import NumberedSender

WEIGHT_RESTING: Final = 100


def build() -> Service:
    """Everything notify is made of."""
    return Service(
        name="notify",
        settings=load(NotifySettings, "notify"),
        routers=[messages.router, prompts.router, received.router, catalogue_routes.router, pushes.router, tray.router],
        events=EVENTS,
        reads=READS,
        loops=[send, resolve, fill_trays, forgetting],
        permissions=PERMISSIONS,
        aal2=AAL2,
        sensitive=SENSITIVE,
        after_migrate=seed,
        started=seed_in_worker,
        states=pages(),
    )


def channels_of(running: Running) -> Channels:
    """The channels one loop has open."""
    settings = settings_of(running)
    return Channels(settings.push_base_url, settings.guard)


async def send(running: Running) -> None:
    """The sender's loop."""
    channels = channels_of(running)
    try:
        await Sender(running, channels).run()
    finally:
        await channels.close()


async def resolve(running: Running) -> None:
    """The resolver's loop."""
    channels = channels_of(running)
    try:
        await Resolver(running, channels).run()
    finally:
        await channels.close()


async def fill_trays(running: Running) -> None:
    """The loop of the in-app inboxes."""
    await TrayLoop(running).run()


async def seed(running: Running) -> None:
    """Put the seeded rules and texts, the sender and the provider in place; doing it again changes nothing."""
    settings = settings_of(running)
    rules, templates = seeds.rules(), seeds.templates(settings.pages_url)
    declared = {read.model.of: set(read.model.model_fields) for read in READS}
    for rule in rules:
        check_rule(rule, declared[rule.event], {template.name for template in templates})
    for template in templates:
        check_template(template)
    async with running.transaction() as tx:
        await store_rules.seed(tx, rules)
        await store_templates.seed(tx, templates)
        await seed_provider(settings, tx)


async def seed_provider(settings: NotifySettings, tx: Transaction) -> None:
    """The provider that the environment names, its sender, and the route of everything over both."""
    number = settings.sender_base_number
    first = Provider(id="aliyun", kind="aliyun", base_url=settings.provider_base_url, in_flight=settings.in_flight)
    await providers.seed(tx, first)
    await providers.put_sender(
        tx,
        NumberedSender(base_number=number, signature=settings.sender_signature, ext_width=settings.sender_ext_width),
    )
    pair = Pair(provider=first.id, sender=number, weight=WEIGHT_RESTING, resting=WEIGHT_RESTING)
    await providers.seed_route(tx, Route(id=tx.new_id(), channel="sms", pairs=(pair,)))


async def seed_in_worker(running: Running) -> None:
    """The pages' address stands in the texts: a worker started with another one makes it live."""
    if running.worker:
        await seed(running)
