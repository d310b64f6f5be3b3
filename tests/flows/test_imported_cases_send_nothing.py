"""A case from another system's file is kept as it is: no routing, no clock, no message; the same row twice is one."""

from demo.feeds import drained
from demo.proofs import until
from demo.stage import Stage
from tests.flows.matters import READS

ROW = {
    "origin": "import",
    "description": "Rodent",
    "filed_at": "2026-01-05T09:30:00Z",
    "source": {"system": "nyc311", "key": "59694038", "status": "Open", "place": "4801 CARPENTER AVENUE"},
}


async def test_an_imported_case_starts_no_clock_and_sends_nothing(stage: Stage) -> None:
    sent = len(await stage.phones.submissions())
    secretary, body = stage.act("secretary_dongshanping"), ROW | {"community_id": stage.areas["东山坪社区"]}
    first = await secretary.post("tickets", "/v1/tickets", body)
    again = await secretary.post("tickets", "/v1/tickets", body)
    assert again["id"] == first["id"]
    assert (first["state"], first["assignment"]) == ("received", None)
    await until("every reader has caught up", lambda: drained(stage.system), 60)
    assert len(await stage.phones.submissions()) == sent
    unassigned = await stage.act(READS).items("tickets", "/v1/worklists/unassigned", limit=200)
    assert first["id"] not in {row["id"] for row in unassigned}
