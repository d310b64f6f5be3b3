"""The one place where notify is wired."""

from dataclasses import replace
from typing import Final

from chassis.service import Running, Service
from chassis.settings import load
from chassis.timers import Timer
from chassis.transaction import Transaction
from services.notify import seeds
from services.notify.api import (
    budgets,
    campaigns,
    consents,
    emergencies,
    filings,
    keys,
    messages,
    notifications,
    prompts,
    pushes,
    received,
    robots,
    rules,
    templates,
    tray,
    unsubscribing,
    webhooks,
)
from services.notify.api import catalogue as catalogue_routes
from services.notify.api import providers as provider_routes
from services.notify.api.govuk import reading as client_reading
from services.notify.api.govuk import sending as client_sending
from services.notify.api.govuk import templates as client_templates
from services.notify.channels.opening import Channels
from services.notify.domain import campaign_file
from services.notify.domain.permission import AAL2, PERMISSIONS, SENSITIVE
from services.notify.domain.provider import Provider
from services.notify.domain.routing import Pair, Route
from services.notify.domain.rule import check as check_rule
from services.notify.domain.states import pages
from services.notify.domain.template import check as check_template
from services.notify.events import EVENTS
from services.notify.handlers import digests
from services.notify.handlers.emergencies import END_TIMER, end_by_itself
from services.notify.handlers.keys import make_first_key
from services.notify.inbox import READS
from services.notify.loops.loader import loading
from services.notify.loops.resolver import Resolver
from services.notify.loops.retention import forgetting
from services.notify.loops.sender import Sender
from services.notify.loops.tray import TrayLoop
from services.notify.loops.webhooks import WebhookLoop
from services.notify.settings import NotifySettings, settings_of
from services.notify.store import providers
from services.notify.store import rules as store_rules
from services.notify.store import templates as store_templates
from services.notify.store.providers import NumberedSender

WEIGHT_RESTING: Final = 100
MAIL: Final = "smtp"
ROOMS: Final = (
    client_sending,
    consents,
    budgets,
    campaigns,
    emergencies,
    messages,
    notifications,
    prompts,
    received,
    catalogue_routes,
    templates,
    filings,
    rules,
    pushes,
    provider_routes,
    tray,
    webhooks,
    robots,
    keys,
    unsubscribing,
    client_reading,
    client_templates,
)


def build() -> Service:
    """Everything notify is made of."""
    return Service(
        name="notify",
        settings=load(NotifySettings, "notify"),
        routers=[*(module.router for module in ROOMS)],
        events=EVENTS,
        reads=READS,
        timers=(Timer(END_TIMER, end_by_itself), Timer(digests.TIMER, digests.gather)),
        loops=[send, resolve, fill_trays, tell_others, forgetting, loading],
        permissions=PERMISSIONS,
        aal2=AAL2,
        sensitive=SENSITIVE,
        after_migrate=seed,
        started=seed_in_worker,
        bodies={campaigns.ROWS_PATH: campaign_file.BYTES_MAX},
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


async def tell_others(running: Running) -> None:
    """The loop of webhooks."""
    await WebhookLoop(running).run()


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
        await seed_mail(settings, tx)
        if first_key := settings.first_api_key.get_secret_value():
            await make_first_key(first_key, tx)


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


async def seed_mail(settings: NotifySettings, tx: Transaction) -> None:
    """The mail server that the environment names. Outside production it may be one without TLS, on this machine."""
    if not settings.smtp_url:
        return
    known = await providers.lock(tx, MAIL) if await providers.exists(tx, MAIL) else None
    first = known or Provider(id=MAIL, kind=MAIL, base_url=settings.smtp_url, in_flight=settings.in_flight)
    credentials = {"user": settings.smtp_user, "password": settings.smtp_password.get_secret_value()}
    options = dict(first.options) | {"plain": settings.environment != "prod", "pages_url": settings.pages_url}
    await providers.put(tx, replace(first, base_url=settings.smtp_url, credentials=credentials, options=options))
    await providers.put_sender(tx, NumberedSender(base_number=settings.mail_from, signature="", ext_width=0))
    pair = Pair(provider=MAIL, sender=settings.mail_from, weight=WEIGHT_RESTING, resting=WEIGHT_RESTING)
    await providers.seed_route(tx, Route(id=tx.new_id(), channel="email", pairs=(pair,)))


async def seed_in_worker(running: Running) -> None:
    """The pages' address stands in the texts: a worker started with another one makes it live."""
    if running.worker:
        await seed(running)
