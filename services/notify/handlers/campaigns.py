"""What people do with a campaign: make it, agree to it, start, pause, resume and cancel it. Every act is on record."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain import campaign as rules
from services.notify.domain.campaign import CLASSES_SENT, Campaign, Move, State
from services.notify.domain.template import Template
from services.notify.events import CampaignFinished, CampaignPaused, CampaignStarted
from services.notify.handlers.announcing import wake_sender
from services.notify.store import campaigns, copies
from services.notify.store.catalogue import Catalogue

READ: Final = "notify.campaigns.read"
WRITE: Final = "notify.campaigns.write"
APPROVE: Final = "notify.campaigns.approve"


@dataclass(frozen=True, slots=True)
class CreateCampaign:
    """Which text goes to the people of which community, under which name."""

    name: str
    community_id: UUID
    template: str


@dataclass(frozen=True, slots=True)
class StartCampaign:
    """What the person who starts it was shown."""

    campaign_id: UUID
    recipients: int
    billable: int


async def create(command: CreateCampaign, tx: Transaction) -> Campaign:
    """A campaign without rows, bound to the version of its text that is live now."""
    path = await copies.path_of(tx, command.community_id)
    if not tx.actor.may(WRITE, area_path=path):
        raise Refused("community_unknown", status=404)
    template = await _template(command, tx)
    assert tx.actor.person_id is not None
    campaign_id = tx.new_id()
    campaign = Campaign(
        id=campaign_id,
        name=command.name,
        community_id=command.community_id,
        template=template.name,
        template_version=template.version,
        message_class=template.message_class,
        state=State.DRAFT,
        reason="",
        created_by=tx.actor.person_id,
        created_at=tx.now,
        correlation=campaign_id,
    )
    return await campaigns.add(tx, campaign)


async def _template(command: CreateCampaign, tx: Transaction) -> Template:
    template = (await Catalogue.of(tx)).live.get(command.template)
    if template is None or template.organization_id not in (None, command.community_id):
        raise Refused("template_unknown", status=404)
    if template.confidential:
        raise Refused("confidential", status=403)
    if template.message_class not in CLASSES_SENT:
        raise Refused("not_for_campaigns", status=422)
    return template


async def held(campaign_id: UUID, permission: str, tx: Transaction) -> Campaign:
    """One campaign, locked; as if there were none outside the places of the actor."""
    campaign = await campaigns.lock(tx, campaign_id)
    if not tx.actor.may(permission, area_path=await copies.path_of(tx, campaign.community_id)):
        raise Refused("campaign_unknown", status=404)
    return campaign


async def approve(campaign_id: UUID, tx: Transaction) -> Campaign:
    """Another person agrees."""
    campaign = await held(campaign_id, APPROVE, tx)
    assert tx.actor.person_id is not None
    saved = await campaigns.save(tx, rules.approved(campaign, by=tx.actor.person_id))
    await record_act(tx, action="campaign_approved", subject=saved.id)
    return saved


async def start(command: StartCampaign, tx: Transaction) -> Campaign:
    """Let it run, to as many and at the cost that were shown."""
    campaign = await held(command.campaign_id, WRITE, tx)
    assert tx.actor.person_id is not None
    running = rules.started(
        campaign, recipients=command.recipients, billable=command.billable, by=tx.actor.person_id, at=tx.now
    )
    saved = await campaigns.save(tx, running)
    await record_act(tx, action="campaign_started", subject=saved.id)
    tx.announce(CampaignStarted.of(saved, {}), saved)
    return saved


async def pause(campaign_id: UUID, tx: Transaction) -> Campaign:
    """Claim nothing more of it; what is claimed is finished."""
    return await pause_for("person", await held(campaign_id, WRITE, tx), tx)


async def pause_for(reason: str, campaign: Campaign, tx: Transaction) -> Campaign:
    """A person, its failures, or its budget bring it to a stand."""
    saved = await campaigns.save(tx, campaign.moved(Move.PAUSE, reason=reason))
    await record_act(tx, action="campaign_paused", subject=saved.id, reason=reason)
    tx.announce(CampaignPaused.of(saved, await campaigns.counts(tx, saved.id)), saved)
    return saved


async def resume(campaign_id: UUID, tx: Transaction) -> Campaign:
    """Let it go on. Failures count from now."""
    campaign = await held(campaign_id, WRITE, tx)
    saved = await campaigns.save(tx, campaign.moved(Move.RESUME, reason="", running_since=tx.now))
    await campaigns.try_again_now(tx, saved)
    await record_act(tx, action="campaign_resumed", subject=saved.id)
    tx.announce(CampaignStarted.of(saved, await campaigns.counts(tx, saved.id)), saved)
    wake_sender(tx)
    return saved


async def cancel(campaign_id: UUID, tx: Transaction) -> Campaign:
    """What has not been claimed is not sent; rows that are no message yet are forgotten."""
    campaign = await held(campaign_id, WRITE, tx)
    await campaigns.cancel_messages(tx, campaign)
    return await over(replace(campaign.moved(Move.CANCEL), reason=""), "campaign_cancelled", tx)


async def over(ended: Campaign, action: str, tx: Transaction) -> Campaign:
    """Write the end of a campaign, and destroy what its rows held."""
    saved = await campaigns.save(tx, replace(ended, closed_at=tx.now))
    await campaigns.forget_rows(tx, saved)
    await record_act(tx, action=action, subject=saved.id)
    tx.announce(CampaignFinished.of(saved, await campaigns.counts(tx, saved.id)), saved)
    return saved
