"""One case from filing to finding it again; where it is checked, a read after each answered write must show it."""

from benchmarks.tickets.load import Json
from benchmarks.tickets.system import Bench
from benchmarks.tickets.words import spoken

# Community, category, who files; each goes to a group by itself.
DESKS = (
    ("东山坪社区", "sanitation", "operator_dongshanping"),
    ("东山坪社区", "neighbours", "operator_dongshanping"),
    ("东山坪社区", "animals", "operator_dongshanping"),
    ("中一路社区", "venue", "operator_zhongyilu"),
    ("中一路社区", "noise", "operator_zhongyilu"),
    ("中一路社区", "care", "operator_zhongyilu"),
    ("中一路社区", "services", "operator_zhongyilu"),
)
MOVES: tuple[tuple[str, Json], ...] = (
    ("accept", {}),
    ("record-contact", {"result": "reached"}),  # nothing is resolved without it
    ("resolve", {"result": "已经处理完毕"}),
)


async def lifecycle(bench: Bench, number: int, *, checked: bool = False) -> None:
    """Create and assign in one call, accept, contact, resolve, search: five calls."""
    community, category, operator = DESKS[number % len(DESKS)]
    desk, mark = bench.bearer(operator), f"k{number}x{len(bench.wire.calls) % 97}"
    buildings, people = bench.buildings[community], list(bench.stage.person_ids.values())
    body = {
        "category": category, "description": f"{spoken(number)} {mark}", "channel": "telephone",
        "building_id": buildings[number % len(buildings)], "reporter_id": people[-1 - number % 250],
    }  # fmt: skip
    case = await bench.wire.ask("file", "POST", "/v1/tickets", desk, body)
    leader = bench.bearer(bench.leaders[case["group_id"]])
    if checked:
        await shown(bench, case, desk)
    for verb, words in MOVES:
        move = f"/v1/tickets/{case['id']}:{verb}"
        case = await bench.wire.ask(verb, "POST", move, leader | {"If-Match": f'"{case["revision"]}"'}, words)
        if checked:
            await shown(bench, case, leader)
    found = await bench.wire.ask("search", "POST", "/v1/tickets:search", desk, {"text": mark})
    bench.wire.stale += [(row["id"], row["state"]) for row in found["items"]] != [(case["id"], case["state"])]


async def shown(bench: Bench, answered: Json, who: dict[str, str]) -> None:
    """Nobody else moves the case meanwhile, so the read shows exactly what the write answered."""
    seen = await bench.wire.ask("read", "GET", f"/v1/tickets/{answered['id']}", who)
    bench.wire.stale += (seen["revision"], seen["state"]) != (answered["revision"], answered["state"])
