"""Every feed into the chronicle: any well-formed envelope, its type known or not.

The head's row is locked to the commit, so `seq` is the order of commits and a cursor on it skips nothing.
"""

from collections.abc import Sequence

from sqlalchemy import text

from chassis.reader import Entry as Heard
from chassis.telemetry import log
from chassis.transaction import Transaction
from console.chronicle.store import CHANNEL

_LOCK = text("SELECT seq FROM chronicle_head FOR UPDATE")
_MOVE = text("UPDATE chronicle_head SET seq = :seq")
_NOTIFY = text("SELECT pg_notify(:channel, '')")
_INSERT = text(
    "INSERT INTO entries (seq, service, epoch, lane, position, event_id, type, subject, correlation, community,"
    " restricted, restated, time, traceparent, body, received_at)"
    " SELECT seq, service, epoch, lane, position, event_id, type, subject, correlation, community, restricted,"
    " restated, time, traceparent, body, clock_timestamp()"
    " FROM unnest(CAST(:seqs AS bigint[]), CAST(:services AS text[]), CAST(:epochs AS text[]), CAST(:lanes AS int[]),"
    " CAST(:positions AS bigint[]), CAST(:event_ids AS uuid[]), CAST(:types AS text[]), CAST(:subjects AS uuid[]),"
    " CAST(:correlations AS uuid[]), CAST(:communities AS uuid[]), CAST(:restricted AS boolean[]),"
    " CAST(:restated AS boolean[]), CAST(:times AS timestamptz[]), CAST(:traceparents AS text[]),"
    " CAST(:bodies AS jsonb[])) AS told(seq, service, epoch, lane, position, event_id, type, subject, correlation,"
    " community, restricted, restated, time, traceparent, body)"
)


async def record(heard: Sequence[Heard], tx: Transaction) -> None:
    """One batch of one lane, in order, in the transaction that moves the lane's cursor."""
    kept = [entry for entry in heard if entry.envelope is not None]
    for entry in heard:
        if entry.envelope is None:
            log.error("chronicle.unreadable", producer=entry.producer, lane=entry.lane, position=entry.position)
    if not kept:
        return
    seq = (await tx.execute(_LOCK)).scalar_one()
    await tx.execute(_INSERT, _columns(kept, seq))
    await tx.execute(_MOVE, {"seq": seq + len(kept)})
    # told at the commit; the web processes look every second in any case
    await tx.execute(_NOTIFY, {"channel": CHANNEL})


def _columns(kept: Sequence[Heard], seq: int) -> dict[str, list[object]]:
    envelopes = [entry.envelope for entry in kept if entry.envelope is not None]
    return {
        "seqs": [seq + number for number in range(1, len(kept) + 1)],
        "services": [entry.producer for entry in kept],
        "epochs": [entry.epoch for entry in kept],
        "lanes": [entry.lane for entry in kept],
        "positions": [entry.position for entry in kept],
        "event_ids": [envelope.id for envelope in envelopes],
        "types": [envelope.type for envelope in envelopes],
        "subjects": [envelope.subject for envelope in envelopes],
        "correlations": [envelope.correlation for envelope in envelopes],
        "communities": [envelope.community for envelope in envelopes],
        "restricted": [envelope.restricted for envelope in envelopes],
        "restated": [envelope.restated for envelope in envelopes],
        "times": [envelope.time for envelope in envelopes],
        "traceparents": [envelope.traceparent for envelope in envelopes],
        "bodies": [entry.body for entry in kept],
    }
