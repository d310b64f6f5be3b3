"""The one place where notify is wired."""

from chassis.service import Running, Service
from chassis.settings import load
from services.notify import seeds
from services.notify.api import catalogue as catalogue_routes
from services.notify.api import messages, prompts, pushes, received
from services.notify.channels.aliyun import Aliyun
from services.notify.domain.permission import AAL2, PERMISSIONS, SENSITIVE
from services.notify.domain.rule import check as check_rule
from services.notify.domain.states import pages
from services.notify.domain.template import check as check_template
from services.notify.events import EVENTS
from services.notify.inbox import READS
from services.notify.loops.resolver import Resolver
from services.notify.loops.retention import forgetting
from services.notify.loops.sender import Sender
from services.notify.settings import NotifySettings, settings_of
from services.notify.store import catalogue


def build() -> Service:
    """Everything notify is made of."""
    return Service(
        name="notify",
        settings=load(NotifySettings, "notify"),
        routers=[messages.router, prompts.router, received.router, catalogue_routes.router, pushes.router],
        events=EVENTS,
        reads=READS,
        loops=[send, resolve, forgetting],
        permissions=PERMISSIONS,
        aal2=AAL2,
        sensitive=SENSITIVE,
        after_migrate=seed,
        started=seed_in_worker,
        states=pages(),
    )


def aliyun(settings: NotifySettings) -> Aliyun:
    """The one provider, from its settings."""
    secret = settings.provider_key_secret.get_secret_value()
    return Aliyun(settings.provider_base_url, settings.provider_key_id, secret, in_flight=settings.in_flight)


async def send(running: Running) -> None:
    """The sender's loop."""
    channel = aliyun(settings_of(running))
    try:
        await Sender(running, channel).run()
    finally:
        await channel.close()


async def resolve(running: Running) -> None:
    """The resolver's loop."""
    channel = aliyun(settings_of(running))
    try:
        await Resolver(running, channel).run()
    finally:
        await channel.close()


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
        await catalogue.write_rules(tx, rules)
        await catalogue.write_templates(tx, templates)
        await catalogue.write_sender(
            tx, settings.sender_base_number, settings.sender_signature, settings.sender_ext_width
        )
        await catalogue.write_provider(tx, Aliyun.provider, settings.provider_base_url, settings.in_flight)


async def seed_in_worker(running: Running) -> None:
    """The pages' address stands in the texts: a worker started with another one makes it live."""
    if running.worker:
        await seed(running)
