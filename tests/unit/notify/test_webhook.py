"""What other systems are told: how often it is tried, what ends it, and a signature that the reference accepts."""

import base64
import json
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from chassis.refused import Refused
from services.notify.channels.webhook import Post, headers
from services.notify.domain import webhook
from services.notify.domain.webhook import MOVES, WAITS, Delivery, Endpoint, Kind, Move, Outcome, State

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
SECRET = webhook.secret_of(bytes(range(32)))
OLD_SECRET = webhook.secret_of(bytes(32))


def a_delivery(state: State = State.PENDING, attempt: int = 0) -> Delivery:
    return Delivery(
        id=uuid4(),
        endpoint_id=uuid4(),
        event_id=uuid4(),
        event_type="notify.message_delivered.v1",
        subject=uuid4(),
        sequence=3,
        body_enc=b"",
        state=state,
        attempt=attempt,
        status=None,
        reason="",
        next_at=AT,
        created_at=AT,
        closed_at=None,
        revision=1,
    )


def an_endpoint() -> Endpoint:
    return Endpoint(
        id=uuid4(),
        kind=Kind.STANDARD,
        area_id=uuid4(),
        owner_id=uuid4(),
        url="https://hooks.example.org/",
        types=("notify.message_delivered.v1",),
        secret_enc=b"",
        old_secret_enc=None,
        old_secret_until=None,
        bearer_enc=None,
        state="active",
        reason="",
        failing_since=None,
        created_at=AT,
        revision=1,
    )


def a_post(*secrets: str, bearer: str = "") -> Post:
    body = json.dumps({"type": "notify.message_delivered.v1"}).encode()
    return Post(url="https://hooks.example.org/", webhook_id=str(uuid4()), body=body, secrets=secrets, bearer=bearer)


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_a_delivery_moves_only_as_the_table_says(state: State, move: Move) -> None:
    if move in MOVES[state]:
        assert a_delivery(state).moved(move).state is MOVES[state][move]
    else:
        with pytest.raises(Refused, match=f"cannot_{move}_when_{state}"):
            a_delivery(state).moved(move)


def test_it_is_tried_at_the_times_of_the_plan_and_then_given_up() -> None:
    delivery, at, waits = a_delivery(), AT, []
    while delivery.state is not State.DEAD:
        delivery = webhook.told(webhook.claimed(delivery, at=at), Outcome(503), at=at)
        if delivery.next_at is not None:
            waits.append(delivery.next_at - at)
            at = delivery.next_at
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    assert waits == [timedelta(seconds=5), minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 12 * hour, 24 * hour]
    assert delivery.attempt == 9
    assert len(WAITS) == 8


@pytest.mark.parametrize("outcome", [Outcome(500), Outcome(503), Outcome(429), Outcome(None, "time_out")])
def test_what_passes_is_tried_again(outcome: Outcome) -> None:
    assert webhook.told(a_delivery(attempt=1), outcome, at=AT).state is State.WAITING


@pytest.mark.parametrize(
    "outcome", [Outcome(400), Outcome(404), Outcome(410), Outcome(302), Outcome(None, "address_refused")]
)
def test_a_no_is_not_asked_again(outcome: Outcome) -> None:
    assert webhook.told(a_delivery(attempt=1), outcome, at=AT).state is State.DEAD


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_a_yes_is_delivered(status: int) -> None:
    told = webhook.told(a_delivery(attempt=1), Outcome(status), at=AT)
    assert (told.state, told.status, told.next_at) == (State.DELIVERED, status, None)


def test_a_claim_of_a_process_that_died_is_due_again_after_its_lease() -> None:
    claimed = webhook.claimed(a_delivery(State.WAITING, attempt=2), at=AT)
    assert (claimed.state, claimed.attempt, claimed.next_at) == (State.PENDING, 3, AT + webhook.LEASE)


@pytest.mark.parametrize("state", [State.DELIVERED, State.DEAD])
def test_what_is_over_may_be_delivered_again_under_the_same_id(state: State) -> None:
    before = a_delivery(state, attempt=9)
    after = webhook.redelivered(before, at=AT)
    assert (after.event_id, after.state, after.attempt) == (before.event_id, State.PENDING, 0)


def test_an_endpoint_that_is_gone_is_disabled() -> None:
    assert webhook.after(an_endpoint(), Outcome(410), at=AT).reason == "gone"
    assert webhook.after(an_endpoint(), Outcome(404), at=AT).active


def test_an_endpoint_that_fails_for_three_days_is_disabled() -> None:
    failing = webhook.after(an_endpoint(), Outcome(500), at=AT)
    assert webhook.after(failing, Outcome(500), at=AT + timedelta(hours=71)).active
    disabled = webhook.after(failing, Outcome(500), at=AT + timedelta(hours=72))
    assert (disabled.state, disabled.reason) == ("disabled", "failing")


def test_one_yes_in_between_begins_the_three_days_anew() -> None:
    failing = webhook.after(an_endpoint(), Outcome(500), at=AT)
    well = webhook.after(failing, Outcome(200), at=AT + timedelta(hours=71))
    assert webhook.after(well, Outcome(500), at=AT + timedelta(hours=72)).active


# The reference library of Standard Webhooks judges our signature ----------------------------------------------------


def now() -> int:
    return int(datetime.now(UTC).timestamp())


def test_the_reference_accepts_our_signature() -> None:
    post = a_post(SECRET)
    assert Webhook(SECRET).verify(post.body.decode(), headers(post, now())) == json.loads(post.body)


def test_both_secrets_are_accepted_while_they_overlap() -> None:
    post = a_post(SECRET, OLD_SECRET)
    for secret in (SECRET, OLD_SECRET):
        Webhook(secret).verify(post.body.decode(), headers(post, now()))


@pytest.mark.parametrize("wrong", ["body", "id", "time", "secret"])
def test_the_reference_refuses_what_was_changed_on_the_way(wrong: str) -> None:
    post = a_post(SECRET)
    sent = headers(post, now() - (3_600 if wrong == "time" else 0))
    body = post.body.decode() + (" " if wrong == "body" else "")
    if wrong == "id":
        sent["webhook-id"] = str(uuid4())
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD_SECRET if wrong == "secret" else SECRET).verify(body, sent)


def test_our_signature_is_the_references_own() -> None:
    post = a_post(SECRET)
    theirs = Webhook(SECRET).sign(post.webhook_id, datetime.fromtimestamp(now(), UTC), post.body.decode())
    assert headers(post, now())["webhook-signature"] == theirs
    assert len(base64.b64decode(SECRET.removeprefix("whsec_"))) >= 24


def test_a_client_of_the_compatible_api_gets_its_bearer_and_no_signature() -> None:
    sent = headers(a_post(bearer="a-token-of-theirs"), now())
    assert sent["authorization"] == "Bearer a-token-of-theirs"
    assert not [name for name in sent if name.startswith("webhook-")]
