"""Every feed into the chronicle: any well-formed envelope, its type known or not.

The head's row is locked to the commit, so `seq` is the order of commits and a cursor on it skips nothing.
"""

from collections.abc import Sequence

from chassis.reader import Entry as Heard
from chassis.telemetry import log
from chassis.transaction import Transaction

_RECORD = (
    "WITH head AS (UPDATE chronicle_head SET seq = seq + $1 RETURNING seq - $1 AS before)"
    " INSERT INTO entries (seq, service, epoch, lane, position, event_id, type, subject, correlation, community,"
    " restricted, restated, time, traceparent, body, received_at)"
    " SELECT head.before + told.number, service, epoch, lane, position, event_id, type, subject, correlation,"
    " community, restricted, restated, time, traceparent, body, clock_timestamp()"
    " FROM head, unnest($2::text[], $3::text[], $4::int[], $5::bigint[], $6::uuid[], $7::text[], $8::uuid[],"
    " $9::uuid[], $10::uuid[], $11::boolean[], $12::boolean[], $13::timestamptz[], $14::text[], $15::jsonb[])"
    " WITH ORDINALITY AS told(service, epoch, lane, position, event_id, type, subject, correlation, community,"
    " restricted, restated, time, traceparent, body, number)"
)


async def record(heard: Sequence[Heard], tx: Transaction) -> None:
    """One batch of one lane, in order, in the transaction that moves the lane's cursor."""
    kept = [entry for entry in heard if entry.envelope is not None]
    for entry in heard:
        if entry.envelope is None:
            log.error("chronicle.unreadable", producer=entry.producer, lane=entry.lane, position=entry.position)
    if not kept:
        return
    envelopes = [entry.envelope for entry in kept if entry.envelope is not None]
    await tx.driver.execute(
        _RECORD,
        len(kept),
        [entry.producer for entry in kept],
        [entry.epoch for entry in kept],
        [entry.lane for entry in kept],
        [entry.position for entry in kept],
        [envelope.id for envelope in envelopes],
        [envelope.type for envelope in envelopes],
        [envelope.subject for envelope in envelopes],
        [envelope.correlation for envelope in envelopes],
        [envelope.community for envelope in envelopes],
        [envelope.restricted for envelope in envelopes],
        [envelope.restated for envelope in envelopes],
        [envelope.time for envelope in envelopes],
        [envelope.traceparent for envelope in envelopes],
        [entry.body for entry in kept],
    )
