"""What surrounds a batch of messages when it is claimed: loaded in a few statements, asked many times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain.caps import Counted, minute_of
from services.notify.domain.decision import Contact, Decision, Question, decide
from services.notify.domain.message import Message
from services.notify.domain.prompt import Prompt, smallest_free
from services.notify.domain.template import CLASSES, Template, any_hour
from services.notify.settings import NotifySettings, settings_of
from services.notify.store import caps, opt_outs, prompts
from services.notify.store.catalogue import Catalogue, stopped_classes
from services.notify.store.data_keys import Keys


@dataclass(slots=True)
class Around:
    """Prompts, refusals, counts, extensions and keys of one batch."""

    settings: NotifySettings
    catalogue: Catalogue
    prompts: dict[UUID, Prompt]
    recipients: dict[str, bytes]
    refused: dict[bytes, set[str]]
    counts: caps.Counts
    held: dict[bytes, set[str]]
    keys: Keys
    stopped: frozenset[str]

    @classmethod
    async def of(cls, tx: Transaction, batch: Sequence[tuple[Message, str]]) -> "Around":
        """Load what the decisions about these messages, to these numbers, look at."""
        settings = settings_of(tx.service)
        recipients = {number: tx.service.sealing.index(number) for _, number in batch if number}
        keys = list(recipients.values())
        asking = [m.prompt_id for m, _ in batch if m.prompt_id]
        return cls(
            settings=settings,
            catalogue=await Catalogue.of(tx),
            prompts=await prompts.lock(tx, asking),
            recipients=recipients,
            counts=await caps.lock_counted(tx, keys),
            refused=await opt_outs.of_numbers(tx, keys),
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
        of_class, key = CLASSES[message.message_class], self.recipients.get(number, b"")
        return decide(
            Question(
                at=at,
                contact=contact,
                topic=message.topic,
                refusable=of_class.refusable,
                opted_out=frozenset(self.refused.get(key, ())),
                hours=None if any_hour(message.message_class, message.facts) else self.settings.notice_hours,
                counted=self.counts.get((key, message.message_class), ()),
                caps=self.settings.caps[message.message_class],
                stopped=message.message_class in self.stopped,
                template_filed=(message.template, message.template_version) in self.catalogue.versions,
            )
        )

    def count(self, key: bytes, message_class: str, at: datetime) -> None:
        """Let the rest of the batch see that one more goes to this number."""
        self.counts.setdefault((key, message_class), []).append(Counted(minute_of(at), 1))

    def free_extension(self, key: bytes) -> str | None:
        """The smallest extension that no prompt of this number holds; it is held from now on."""
        held = self.held.setdefault(key, set())
        ext = smallest_free(held, self.settings.sender_ext_width)
        if ext is not None:
            held.add(ext)
        return ext

    def sealed(self, message: Message, key: bytes, text: str) -> bytes | None:
        """The rendered text under its recipient's key; of a code nothing is kept."""
        if not CLASSES[message.message_class].keeps_text:
            return None
        return self.keys.sealing.seal(text, key=self.keys.key(key), aad=f"messages.body:{message.id}")
