"""C1 to C8: what must hold after every run. They read the history, the databases and the gateway's submission log.

They share no code with the services, so that one mistake cannot hide in both. Each answers a list of violations.
The system goes on while they read: what may only grow is read in the order in which it cannot look wrong by that.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from tests.faults.history import History
from tests.faults.rows import READERS, SERVICES, rows
from tests.faults.rules import LEGAL, MONEY, NAMED_ONCE, REACHED, WAITING, WRITES


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where to look. `poison` names the event ids that a test has parked on purpose."""

    databases: Mapping[str, str]  # by service, readable whole
    redis_url: str
    log_directory: Path
    submissions: list[dict[str, Any]]
    history: History
    canaries: list[str] = field(default_factory=list)
    poison: frozenset[str] = frozenset()


async def c1_acknowledged(e: Evidence) -> list[str]:
    """Every 2xx filing and donation exists, posted where money came in; one key is one of them."""
    found: list[str] = []
    for path, (service, statement) in WRITES.items():
        asked = [row for row in e.history.rows("request") if row["path"] == path and row["method"] == "POST"]
        yes = [row for row in asked if 200 <= row.get("status", 0) < 300 and "id" in row["answer"]]
        there = {str(row["id"]) for row in await rows(e.databases[service], statement)}
        lost = {row["answer"]["id"] for row in yes} - there
        found += [f"{path} acknowledged and lost: {what}" for what in sorted(lost)]
        by_key: defaultdict[str, set[str]] = defaultdict(set)
        for row in yes:
            by_key[row["key"]].add(row["answer"]["id"])
        found += [f"{path}: one key, several of them: {key}" for key, made in by_key.items() if key and len(made) > 1]
    for service, twice in NAMED_ONCE.items():
        found += [f"done twice in {service}: {row[0]}" for row in await rows(e.databases[service], twice)]
    return found


async def c2_once(e: Evidence) -> list[str]:
    """One effect per business key, and producer and reader agree on which events took effect."""
    assigned = "SELECT ticket_id, round FROM assignments GROUP BY 1, 2 HAVING count(DISTINCT group_id) < count(*)"
    told = "SELECT event_id, rule, person_id FROM notifications GROUP BY 1, 2, 3 HAVING count(*) > 1"
    asked = "SELECT ticket_id, round FROM follow_ups GROUP BY 1, 2 HAVING count(*) > 1"
    found = [f"assigned twice: {tuple(row)}" for row in await rows(e.databases["tickets"], assigned)]
    found += [f"told twice: {tuple(row)}" for row in await rows(e.databases["notify"], told)]
    found += [f"asked twice: {tuple(row)}" for row in await rows(e.databases["tickets"], asked)]
    for reader in READERS:
        for producer in SERVICES:
            found += await digests_differ(e, producer, reader)
    return found


async def digests_differ(e: Evidence, producer: str, reader: str) -> list[str]:
    """Below a reader's cursor the producer's events of the types it has ever marked are all marked or parked."""
    cursors = await rows(e.databases[reader], "SELECT lane, position FROM feed_cursor WHERE producer = $1", producer)
    reached = {row["lane"]: row["position"] for row in cursors}
    marked = await rows(e.databases[reader], "SELECT event_id FROM once_event WHERE producer = $1", producer)
    parked = await rows(e.databases[reader], "SELECT event_id FROM parked WHERE producer = $1", producer)
    done = {row["event_id"] for row in marked} | {row["event_id"] for row in parked}
    sent = await rows(e.databases[producer], "SELECT event_id, type, lane, position FROM feed_event")
    types = {row["type"] for row in sent if row["event_id"] in done}
    missed = [
        row
        for row in sent
        if row["type"] in types
        and row["event_id"] not in done
        and row["position"] is not None  # what is not sequenced yet lies below no cursor
        and row["position"] <= reached.get(row["lane"], -1)
    ]
    return [f"{reader} passed over {row['type']} {row['event_id']} of {producer}" for row in missed]


async def c3_sms(e: Evidence) -> list[str]:
    """The gateway's log: one acceptance per reference; per message a second one only if flagged."""
    accepted = Counter(row["client_ref"] for row in e.submissions if row["code"] == "OK")
    found = [f"accepted {count} times: {ref}" for ref, count in accepted.items() if count > 1]
    statement = (
        "SELECT s.id, s.message_id, s.state, m.possible_duplicate FROM submissions s"
        " JOIN messages m ON m.id = s.message_id"
    )
    of_message: defaultdict[Any, list[str]] = defaultdict(list)
    flagged, said = {}, {}
    for row in await rows(e.databases["notify"], statement):
        if accepted.get(str(row["id"])):
            of_message[row["message_id"]].append(str(row["id"]))
        flagged[row["message_id"]], said[str(row["id"])] = row["possible_duplicate"], row["state"]
    for message, refs in of_message.items():
        if len(refs) > 2 or (len(refs) == 2 and not flagged[message]):
            found.append(f"message {message} was accepted {len(refs)} times, flagged: {flagged[message]}")
    reported = [row["client_ref"] for row in e.submissions if (row["state"], row["report"]) == ("delivered", "pushed")]
    found += [f"reported as delivered, kept as {said[ref]}: {ref}" for ref in reported if said.get(ref) != "delivered"]
    known = {ref for refs in of_message.values() for ref in refs}
    return found + [f"the gateway accepted what notify does not know: {ref}" for ref in sorted(accepted.keys() - known)]


async def c4_money(e: Evidence) -> list[str]:
    """Sums are zero, balances are the fold of their lines, vouchers dense, limits kept, two others decided."""
    found = []
    for what, statement in MONEY.items():
        found += [f"{what}: {tuple(row)}" for row in await rows(e.databases["funds"], statement)]
    return found


async def c5_history(e: Evidence) -> list[str]:
    """Only legal steps; and a subject's revisions never go back in the order of its lane."""
    steps = "SELECT ticket_id, seq, state_from, state_to FROM moves ORDER BY ticket_id, seq"
    found = [
        f"illegal step of {row['ticket_id']}: {row['state_from']} -> {row['state_to']}"
        for row in await rows(e.databases["tickets"], steps)
        if row["state_to"] not in LEGAL[row["state_from"] or ""]
    ]
    for producer in SERVICES:
        back = (
            "SELECT subject FROM (SELECT subject, revision, lag(revision) OVER (PARTITION BY subject ORDER BY position)"
            " AS before FROM feed_event WHERE position IS NOT NULL) ordered WHERE revision < before"
        )
        found += [
            f"{producer}: revisions of {row['subject']} go back" for row in await rows(e.databases[producer], back)
        ]
    undelivered = (
        "SELECT DISTINCT a.subject FROM feed_event a JOIN feed_event b USING (subject) WHERE b.ordinal > a.ordinal"
        " AND a.type = 'notify.message_delivered.v1' AND b.type = 'notify.message_failed.v1'"
    )
    moved_back = await rows(e.databases["notify"], undelivered)
    return found + [f"delivered, then failed: {row['subject']}" for row in moved_back]


async def c6_feed(e: Evidence) -> list[str]:
    """Positions are dense, cursors are not beyond them, and only the poison we put in is parked."""
    found: list[str] = []
    cursors, heads = {}, {}
    for reader in READERS:
        cursors[reader] = await rows(e.databases[reader], "SELECT producer, lane, position FROM feed_cursor")
    dense = "SELECT lane, count(*), min(position), max(position) FROM feed_event WHERE position IS NOT NULL GROUP BY 1"
    for producer in SERVICES:
        counted = await rows(e.databases[producer], dense)
        holes = [row["lane"] for row in counted if row["max"] - row["min"] + 1 != row["count"]]
        found += [f"{producer}, lane {lane}: positions have holes" for lane in holes]
        for row in await rows(e.databases[producer], "SELECT lane, position FROM feed_head"):
            heads[producer, row["lane"]] = row["position"]
    for reader in READERS:
        ahead = [
            row["producer"] for row in cursors[reader] if row["position"] > heads.get((row["producer"], row["lane"]), 0)
        ]
        found += [f"{reader} is ahead of {producer}" for producer in ahead]
        open_ones = "SELECT event_id, reason FROM parked WHERE state IN ('parked', 'behind')"
        parked = [row for row in await rows(e.databases[reader], open_ones) if str(row["event_id"]) not in e.poison]
        found += [f"{reader} parked {row['event_id']}: {row['reason']}" for row in parked]
    return found


async def c7_canaries(e: Evidence) -> list[str]:
    """No canary in an event, the chronicle, Redis or a log."""
    texts = [(path.name, path.read_text(errors="replace")) for path in e.log_directory.rglob("*.log")]
    for producer in SERVICES:
        bodies = await rows(e.databases[producer], "SELECT body FROM feed_event")
        texts.append((f"events of {producer}", "\n".join(row["body"] for row in bodies)))
    if e.redis_url:
        texts.append(("Redis", await everything_in(e.redis_url)))
    return [f"a canary in {where}" for where, text in texts if any(canary in text for canary in e.canaries)]


async def everything_in(redis_url: str) -> str:
    found = []
    async with Redis.from_url(redis_url) as client:
        async for key in client.scan_iter():
            entries: Any = await client.xrange(key) if await client.type(key) == b"stream" else []
            found += [value.decode(errors="replace") for _, fields in entries for value in fields.values()]
    return "\n".join(found)


async def c8_healing(e: Evidence) -> list[str]:
    """All is drained: no event without a position, no cursor behind, nothing unknown without a due question."""
    found = []
    for producer in SERVICES:
        waiting = await rows(e.databases[producer], WAITING)
        found += [f"{producer}: {len(waiting)} events without a position"] if waiting else []
        due = {row["lane"]: row["position"] for row in await rows(e.databases[producer], REACHED)}
        for reader in READERS:
            statement = "SELECT lane, position, stopped FROM feed_cursor WHERE producer = $1"
            for row in await rows(e.databases[reader], statement, producer):
                if row["position"] < due.get(row["lane"], 0):
                    found.append(f"{reader} is {due[row['lane']] - row['position']} behind {producer}")
                if row["stopped"]:
                    found.append(f"{reader} has stopped reading {producer}: {row['stopped']}")
    silent = "SELECT id FROM submissions WHERE state = 'unknown' AND ask_at IS NULL"
    return found + [f"unknown for ever: {row['id']}" for row in await rows(e.databases["notify"], silent)]


CHECKERS = {
    "C1": c1_acknowledged,
    "C2": c2_once,
    "C3": c3_sms,
    "C4": c4_money,
    "C5": c5_history,
    "C6": c6_feed,
    "C7": c7_canaries,
    "C8": c8_healing,
}


async def violations(evidence: Evidence) -> dict[str, list[str]]:
    """All checkers, whatever the fault was: a fault may break what nobody thought of."""
    found = {name: await check(evidence) for name, check in CHECKERS.items()}
    return {name: what for name, what in found.items() if what}
