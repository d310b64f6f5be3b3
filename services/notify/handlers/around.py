"""What surrounds a batch of messages when it is claimed: loaded in a few statements, asked many times."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain import robot
from services.notify.domain.budget import Balance, paying
from services.notify.domain.caps import Count, code_crowds
from services.notify.domain.decision import Contact, Decision, Emergency, Question, decide
from services.notify.domain.message import ROBOT, Message
from services.notify.domain.number import is_mobile
from services.notify.domain.prompt import Prompt, asked, asked_again, smallest_free, smallest_letter
from services.notify.domain.template import CLASSES, Template
from services.notify.handlers.deciding import hours_of
from services.notify.settings import NotifySettings, settings_of
from services.notify.store import budgets, caps, consents, emergencies, prompts
from services.notify.store.catalogue import Catalogue, stopped_classes
from services.notify.store.data_keys import Keys

SMS: Final = "sms"
CODE: Final = "code"
EMERGENCY: Final = "emergency"


@dataclass(slots=True)
class Around:
    """Prompts, statements, counts, budgets, extensions and keys of one batch."""

    settings: NotifySettings
    catalogue: Catalogue
    prompts: dict[UUID, Prompt]
    recipients: dict[str, bytes]
    crowds: dict[str, bytes]
    ledger: consents.Ledger
    counts: caps.Counts
    balances: Sequence[Balance]
    in_force: frozenset[tuple[UUID, UUID | None]]
    held: dict[bytes, set[str]]
    keys: Keys
    stopped: frozenset[str]
    sent: list[tuple[bytes, str]] = field(default_factory=list)
    spent: dict[UUID, Balance] = field(default_factory=dict)

    @classmethod
    async def of(cls, tx: Transaction, batch: Sequence[tuple[Message, str]]) -> "Around":
        """Load what the decisions about these messages, to these numbers, look at."""
        settings, index = settings_of(tx.service), tx.service.sealing.index
        recipients = {number: index(number) for _, number in batch if number}
        keys = list(recipients.values())
        asking = [m.prompt_id for m, _ in batch if m.prompt_id]
        codes = [code_crowds(number, m.community_id) for m, number in batch if m.message_class == CODE and number]
        crowds = {label: index(label) for crowd in codes for label in crowd.values()}
        return cls(
            settings=settings,
            catalogue=await Catalogue.of(tx, needed=[(m.template, m.template_version) for m, _ in batch]),
            prompts=await prompts.lock(tx, asking),
            recipients=recipients,
            crowds=crowds,
            counts=await caps.lock_counted(tx, keys, list(crowds.values())),
            ledger=await consents.ledger(tx, keys, [m.person_id for m, _ in batch]),
            balances=await budgets.lock_balances(tx, {m.community_id for m, _ in batch}),
            in_force=await emergencies.in_force_for(tx, [m for m, _ in batch if m.emergency_id]),
            held=await prompts.extensions_held(tx, settings.sender_base_number, keys) if asking else {},
            keys=await Keys.of(tx, keys),
            stopped=await stopped_classes(tx),
        )

    @property
    def signature(self) -> str:
        return self.settings.sender_signature

    def key(self, number: str) -> bytes:
        """The form in which a number is matched and counted."""
        return self.recipients[number]

    def template(self, message: Message) -> Template:
        """The version the message was planned with."""
        return self.catalogue.versions[message.template, message.template_version]

    def decide(self, message: Message, contact: Contact, number: str, at: datetime) -> Decision:
        """The final decision, with the address known."""
        of_class, key = CLASSES[message.message_class], self.recipients.get(number)
        filed = (message.template, message.template_version) in self.catalogue.versions
        if message.message_class == CODE and message.channel == SMS and number and not is_mobile(number):
            contact = Contact.UNREACHABLE
        last = self.counts.last.get(key) if key and message.message_class != CODE else None
        return decide(
            Question(
                at=at,
                contact=contact,
                topic=message.topic,
                message_class=message.message_class,
                channel=message.channel,
                emergency=self._emergency(message),
                refusable=of_class.refusable,
                needs_consent=of_class.needs_consent,
                said=self.ledger.of(key, message.person_id),
                hours=hours_of(message, self.template(message) if filed else None, self.settings),
                counts=self._counts(message, number, key) if key else (),
                spaced_from=last + timedelta(seconds=self.settings.spacing_seconds) if last else None,
                balances=paying(self.balances, message.community_id, self._counted_as(message)),
                stopped=message.message_class in self.stopped,
                template_filed=filed,
                template=f"{message.template} v{message.template_version}",
            )
        )

    def count(self, message: Message, number: str, billable: int, at: datetime) -> None:
        """Let the rest of the batch see that one more goes to this number, and what it costs."""
        counted = [(self.key(number), self._counted_as(message))]
        if message.message_class == CODE:
            counted += [(self.crowds[label], CODE) for label in code_crowds(number, message.community_id).values()]
        for key, message_class in counted:
            self.counts.add(key, message_class, at)
        self.sent += counted
        for balance in paying(self.balances, message.community_id, self._counted_as(message)):
            balance.spent += billable
            self.spent[balance.budget_id] = balance

    def ask(self, prompt: Prompt, key: bytes, at: datetime) -> Prompt:
        """Put a question to this number: the smallest extension and letter that none of its prompts holds."""
        if prompt.ext_held:
            return asked_again(prompt)
        held = self.held.setdefault(key, set())
        ext, letter = smallest_free(held, self.settings.sender_ext_width), smallest_letter(held)
        if ext is None:
            raise Refused("no_extension")
        held |= {ext, letter or ext}
        return asked(prompt, recipient_key=key, ext=ext, letter=letter, at=at)

    def sealed(self, message: Message, key: bytes, text: str) -> bytes | None:
        """The rendered text under its recipient's key; of a code nothing is kept."""
        if not CLASSES[message.message_class].keeps_text:
            return None
        return self.keys.sealing.seal(text, key=self.keys.key(key), aad=f"messages.body:{message.id}")

    def _emergency(self, message: Message) -> Emergency:
        if message.emergency_id is None:
            return Emergency.NONE
        in_force = (message.emergency_id, message.community_id) in self.in_force
        return Emergency.IN_FORCE if in_force else Emergency.NOT_IN_FORCE

    def _counted_as(self, message: Message) -> str:
        """The class whose caps and budgets hold: an emergency in force is laid over its class."""
        return EMERGENCY if self._emergency(message) is Emergency.IN_FORCE else message.message_class

    def _counts(self, message: Message, number: str, key: bytes) -> list[Count]:
        counted_as, own = self._counted_as(message), self.settings.caps
        if message.channel == ROBOT:
            return [Count(ROBOT, self.counts.of(key, counted_as), (robot.CAP,))]
        counts = [Count(counted_as, self.counts.of(key, counted_as), own[counted_as])]
        if counted_as != EMERGENCY:
            counts.append(Count("every class", self.counts.of_all(key), self.settings.caps_of_all))
        if message.message_class == CODE:
            crowds = code_crowds(number, message.community_id)
            counts += [
                Count(what, self.counts.of(self.crowds[label], CODE), self.settings.crowd_caps[what])
                for what, label in crowds.items()
            ]
        return counts
