"""What a delivery carries, and how its secrets are kept: sealed, each under the name of its row."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.channels.webhook import Post
from services.notify.domain.webhook import Delivery, Endpoint, Kind, State
from services.notify.store import webhooks


def standard(event_type: str, at: datetime, subject: UUID, sequence: int, data: Mapping[str, Any]) -> bytes:
    """A tiding as Standard Webhooks recommend it; ids, states and codes only, as in the event itself."""
    body = {
        "type": event_type,
        "timestamp": at.astimezone(UTC).isoformat(),
        "subject": str(subject),
        "sequence": sequence,
        "data": dict(data),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def delivery(
    tx: Transaction,
    delivery_id: UUID,
    endpoint: Endpoint,
    *,
    event_id: UUID,
    event_type: str,
    subject: UUID,
    body: bytes,
    sequence: int = 0,
) -> Delivery:
    """A delivery that is due at once."""
    return Delivery(
        id=delivery_id,
        endpoint_id=endpoint.id,
        event_id=event_id,
        event_type=event_type,
        subject=subject,
        sequence=sequence,
        body_enc=tx.service.sealing.seal(body.decode(), aad=f"webhook_deliveries.body:{delivery_id}"),
        state=State.PENDING,
        attempt=0,
        status=None,
        reason="",
        next_at=tx.now,
        created_at=tx.now,
        closed_at=None,
        revision=1,
    )


async def queue(tx: Transaction, endpoint: Endpoint, **what: Any) -> None:
    """Put a tiding on its way, once for each event."""
    await webhooks.add(tx, [delivery(tx, tx.new_id(), endpoint, **what)])


def post_of(tx: Transaction, one: Delivery, endpoint: Endpoint) -> Post:
    """The call that a delivery makes, with every secret that signs at this time."""
    unseal = tx.service.sealing.unseal
    sealed = [endpoint.secret_enc] if endpoint.kind is Kind.STANDARD else []
    if sealed and endpoint.old_secret_enc and endpoint.old_secret_until and endpoint.old_secret_until > tx.now:
        sealed.append(endpoint.old_secret_enc)
    bearer = unseal(endpoint.bearer_enc, aad=_bearer(endpoint.id)) if endpoint.bearer_enc else ""
    return Post(
        url=endpoint.url,
        webhook_id=str(one.event_id),
        body=unseal(one.body_enc, aad=f"webhook_deliveries.body:{one.id}").encode(),
        secrets=[unseal(secret, aad=_secret(endpoint.id)) for secret in sealed],
        bearer=bearer,
    )


def sealed_secret(tx: Transaction, endpoint_id: UUID, secret: str) -> bytes:
    return tx.service.sealing.seal(secret, aad=_secret(endpoint_id))


def sealed_bearer(tx: Transaction, endpoint_id: UUID, bearer: str) -> bytes:
    return tx.service.sealing.seal(bearer, aad=_bearer(endpoint_id))


def _secret(endpoint_id: UUID) -> str:
    return f"webhook_endpoints.secret:{endpoint_id}"


def _bearer(endpoint_id: UUID) -> str:
    return f"webhook_endpoints.bearer:{endpoint_id}"
