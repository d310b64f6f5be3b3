"""Every route by everybody: the answers stand in matrix.csv, written by hand from the design, never from the code."""

import csv
import importlib
import io
import pkgutil
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi.routing import APIRoute
from PIL import Image

from services.tickets import api
from tests.services.tickets.community import Community

TABLE = Path(__file__).parent / "matrix.csv"
WORDS = {401: "unknown", 403: "forbidden", 404: "hidden"}
NEEDS_A_QUERY = (
    "proposals",
    "rates",
    "trends",
    "calendars",
    "reports",
    "rate-definitions",
    "figures",
    "macros",
    "canned-replies",
    "/versions",
)
FILE = b"unique_key,complaint_type\n1,Noise\n"
CHASSIS = ("/operations", "/internal/feed", "/livez", "/readyz", "/version", "/metrics")


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Cast:
    """One person per column."""

    def __init__(self, here: Community) -> None:
        self.here = here
        self.clients: dict[str, httpx.AsyncClient] = {"nobody": here.service.client()}

    async def gather(self) -> "Cast":
        here, far = self.here, uuid4()
        far_group = uuid4()
        await here.area(far, "community", [here.root, far], "水云路社区")
        await here.group(far_group, "远方小组", [], uuid4())
        await here.service.sql("UPDATE organizations SET area_id = $1 WHERE id = $2", far, far_group)
        everybody: dict[str, tuple[UUID, list[tuple[str, str, UUID]]]] = {
            "owner": (here.resident, []),
            "neighbour": (uuid4(), []),
            "member": (here.member, []),
            "leader": (here.leader, []),
            "other_leader": (here.help_leader, []),
            "far_leader": (uuid4(), [("leader", "organization", far_group)]),
            "operator": (here.operator, []),
            "secretary": (here.secretary, []),
            "far_secretary": (uuid4(), [("secretary", "area", far)]),
            "auditor": (uuid4(), [("auditor", "area", here.community)]),
            "treasurer": (uuid4(), [("treasurer", "area", here.community)]),
            "counsellor": (uuid4(), [("counsellor", "organization", uuid4())]),
        }
        for name, (person, grants) in everybody.items():
            self.clients[name] = await here.service.person(person, grants)
        self.clients["service"] = here.service.as_service("funds")
        return self


async def bodies(here: Community) -> dict[str, Any]:
    other, group = (await here.files())["id"], str(here.property_group)
    place = {"building_id": str(here.building)}
    now = "2026-01-01T00:00:00Z"
    wait = {"reason": "x", "until": "2999-01-01T00:00:00Z"}
    rules = {"community_id": str(here.community), "rules": [{"id": "x", "priority": 1, "group_id": group}]}
    return {
        "/v1/routing-rules": rules, "/v1/routing-rules:dry-run": rules | {"from": now, "to": now},
        ":recur": {"rule": "FREQ=DAILY", "first_day": "2026-01-01", "starts_at": "19:00", "minutes": 60,
                   "person_ids": [str(here.leader)]}, ":end-recurrence": {},
        "/mediation": {"mediators": [str(here.leader), str(here.member)], "parties": [other, group]},
        "/sessions": {"held_at": now, "present": [group], "minutes": "x"}, ":settle": {"outcome": "x"},
        ":bulk": {"verb": "start", "items": [{"ticket_id": other, "revision": 1}]},
        "/v1/saved-views": {"name": "x", "filters": {"text": "x"}}, "/visits": {"planned_at": "2099-01-01T00:00:00Z"},
        ":done": {"result": "x"},
        "/v1/categories": {"community_id": str(here.community), "code": "x1", "label": "x", "class": "general",
                           "visible": False},
        "/v1/classes": {"community_id": str(here.community), "effective_from": "2999-01-01T00:00:00Z",
                        "classes": {"general": {"accept": {"minutes": 1, "unit": "wall"}}}},
        "/v1/macros": {"community_id": str(here.community), "name": "x", "commands": [{"verb": "start", "body": {}}]},
        "/v1/canned-replies": {"community_id": str(here.community), "name": "x", "text": "x"},
        ":apply": {"ticket_ids": [other]}, ":fill": {"ticket_id": other}, ":retire": {},
        "/v1/clock-simulations": {"community_id": str(here.community), "month": "2026-01"},
        "/v1/calendars:import": {"csv": "day,kind,name\n2099-10-01,holiday,国庆", "year": 2099},
        "/v1/tickets": {"description": "x", "category": "noise", **place},
        "/v1/public/tickets": {"description": "x", **place},
        "/v1/tickets:preview": {"text": "x"}, "/v1/tickets:search": {"text": "x"},
        ":confirm": {}, ":triage": {"category": "noise"}, ":assign": {"group_id": group}, ":accept": {},
        ":return": {"reason": "no_capacity"}, ":record-contact": {"result": "reached"}, ":start": {},
        ":resolve": {"result": "x"}, ":answer": {"round": 1, "answer": "unsolved"}, ":reopen": {"reason": "x"},
        ":reject": {"reason": "not_ours", "sentence": "x"}, ":withdraw": {}, ":deliberate": {},
        ":remove": {"reason": "x"}, "/attachments": {"attachment_ids": [str(uuid4())]},
        ":open-parent": {"description": "x"},
        ":merge": {"into_id": other}, ":split": {"description": "x"},
        ":link": {"to_id": other, "type": "related"}, ":unlink": {"to_id": other, "type": "related"},
        ":adopt": {"reason": "x"}, ":decline": {"reason": "x"}, ":request-help": {},
        ":request-task-force": {"size": 9, "purpose_code": "patrol"}, "/notes": {"text": "x"},
        "/v1/patrols": {"group_id": group, "name": "x", "area_id": str(here.cluster),
                        "checkpoints": [{"label": "x"}]},
        "/v1/patrol-rounds": {"starts_at": now, "ends_at": "2026-01-01T01:00:00Z", "person_ids": [str(here.leader)]},
        ":check": {"result": "ok"}, ":finish": {}, ":cancel": {"reason": "x"},
        "/v1/confidential-cases": {"text": "x", **place},
        "/internal/wording:resolve": {"items": []},
        "/v1/open311-keys": {"community_id": str(here.community), "label": "x", "rights": ["file"]},
        "/v1/exports": {"community_id": str(here.community), "reason": "x", "filed_from": now,
                        "filed_until": "2026-02-01T00:00:00Z"},
        "/v1/rates/exclusions": {"ticket_id": other, "round": 1, "reason": "x"},
        "/v1/rate-definitions": {"community_id": str(here.community), "kinds": ["need"],
                                 "effective_from": "2999-01-01"},
        ":hand-over": {"handler_id": str(here.member), "note": "x"}, ":wait-for-resident": wait, ":nudge": {},
        ":transfer": {"group_id": str(here.help_group), "reason": "x"}, ":wait-for-external": wait, ":resume": {},
        ":add-cohandler": {"group_id": str(here.help_group)}, ":ask-extension": {"minutes": 60, "reason": "x"},
        ":extend": {}, ":refuse-extension": {}, ":retract": {}, ":conclude": {"finding": "x"}, ":acknowledge": {},
        ":look-back": {"result": "holds"}, ":claim": {}, ":record": {"result": "no_answer"}, "/workload": {"cap": 8},
        "/v1/tracking": {"number": "x", "code": "0000"},
        "/v1/tracking:add-words": {"number": "x", "code": "0000", "words": "x"},
        "/v1/tracking:withdraw": {"number": "x", "code": "0000"},
        "/v1/tracking:nudge": {"number": "x", "code": "0000"},
    }  # fmt: skip


class Asked:
    """A route with an object to ask it about: rights are told before revisions, so one object serves all columns."""

    def __init__(self, here: Community, known: dict[str, Any]) -> None:
        self.here, self.known = here, known

    async def answers(self, cast: Cast, method: str, path: str) -> dict[str, str]:
        url, body = await self.prepared(path)
        return {name: await self._answer(client, method, url, body) for name, client in cast.clients.items()}

    async def _answer(self, client: httpx.AsyncClient, method: str, url: str, body: Any) -> str:
        query = {"year": "2026", "month": "2026-01", "from": "2026-01", "to": "2026-01"}
        query |= {"community_id": str(self.here.community)} if "macros" in url or "canned" in url else {}
        query |= {"place": str(self.here.cluster), "scope_id": str(self.here.property_group)}
        query |= {"community_id": str(self.here.community)}
        query |= {"from": "2026-01-01", "to": "2026-01-31", "measures": "created"} if "figures" in url else {}
        wanted = query if method == "GET" and any(word in url for word in NEEDS_A_QUERY) else None
        sent = body if method in ("POST", "PATCH") else None
        told: dict[str, Any] = {"content": sent} if isinstance(sent, bytes) else {"json": sent}
        told |= {"params": wanted} if wanted else {}
        answer = await client.request(method, url, headers={"If-Match": '"1"'}, **told)
        assert answer.status_code < 500, answer.text
        assert answer.status_code not in (400, 422, 428), (method, url, answer.text)
        return WORDS.get(answer.status_code, "yes")

    async def prepared(self, path: str) -> tuple[str, Any]:
        body: Any = next(
            (self.known[end] for end in sorted(self.known, key=len, reverse=True) if path.endswith(end)), {}
        )
        for name in ("{view_id}", "{visit_id}"):
            path = path.replace(name, str(uuid4()))
        here = self.here
        if "{ticket_id}" in path:
            filed = await here.files()
            return path.replace("{ticket_id}", filed["id"]), body
        if "{case_id}" in path:
            plain = {"text": "x", "building_id": str(here.building)}
            case = (await here.of(here.resident).post("/v1/confidential-cases", json=plain)).json()
            needed = {":record-contact": {"result": "reached"}, ":resolve": {"result": "x"}, "/notes": {"text": "x"}}
            own = next((value for end, value in needed.items() if path.endswith(end)), body)
            own = {"answer": "unsolved"} if path.endswith(":answer") else own
            return path.replace("{case_id}", case["id"]), own
        if "{export_id}" in path:
            made = await here.of(here.secretary).post("/v1/exports", json=self.known["/v1/exports"])
            return path.replace("{export_id}", made.json()["id"]), {}
        if path.startswith("/v1/imports"):
            return await self._imported(path)
        if "{report_id}" in path:
            return path.replace("{report_id}", str(uuid4())), {}
        if "{key_id}" in path:
            made = await here.of(here.secretary).post("/v1/open311-keys", json=self.known["/v1/open311-keys"])
            return path.replace("{key_id}", made.json()["id"]), {}
        for name, shelf in (("{macro_id}", "/v1/macros"), ("{reply_id}", "/v1/canned-replies")):
            if name in path:
                kept = (await here.of(here.operator).post(shelf, json=self.known[shelf])).json()
                return path.replace(name, kept["id"]), body
        if "{task_id}" in path:
            return path.replace("{task_id}", await self._call_task()), body
        path = path.replace("{group_id}", str(here.property_group))
        if "{attachment_id}" in path:
            return path.replace("{attachment_id}", await self._photo()), body
        path = path.replace("{code}", "noise") if "/categories/" in path else path
        if "{cluster_id}" in path:
            return path.replace("{cluster_id}", str(uuid4())), body
        return await self._patrolled(path.replace("{name}", "mine"), body)

    async def _call_task(self) -> str:
        rows = await self.here.service.sql(
            "INSERT INTO call_tasks SELECT gen_random_uuid(), $1, 1, 'follow_up', 'no_answer', 'open', now(), NULL,"
            " NULL, now(), 0, 1 RETURNING id",
            UUID((await self.here.files())["id"]),
        )
        return str(rows[0]["id"])

    async def _imported(self, path: str) -> tuple[str, Any]:
        here = self.here
        url = f"/v1/imports?community_id={here.community}"
        if path == "/v1/imports":
            return url, FILE
        made = (await here.of(here.secretary).post(url, content=FILE)).json()
        return path.replace("{import_id}", made["id"]).replace("{verb}", "start"), {}

    async def _photo(self) -> str:
        """A photograph on a case of the resident's."""
        content = io.BytesIO()
        Image.new("RGB", (8, 8)).save(content, "PNG")
        uploaded = (await self.here.of(self.here.resident).post("/v1/attachments", content=content.getvalue())).json()
        await self.here.files(attachments=[uploaded["id"]])
        return str(uploaded["id"])

    async def _patrolled(self, path: str, body: Any) -> tuple[str, Any]:
        if "patrol" not in path or path == "/v1/patrols":
            return path, body
        here = self.here
        made = (await here.of(here.leader).post("/v1/patrols", json=self.known["/v1/patrols"])).json()
        planned = self.known["/v1/patrol-rounds"] | {"patrol_id": made["id"]}
        round_ = (await here.of(here.leader).post("/v1/patrol-rounds", json=planned)).json()
        point = (await here.service.sql("SELECT id FROM checkpoints WHERE patrol_id = $1", UUID(made["id"])))[0]["id"]
        if path == "/v1/patrol-rounds":
            return path, planned
        own = body | {"checkpoint_id": str(point)} if path.endswith(":check") else ({} if ":start" in path else body)
        return path.replace("{patrol_id}", made["id"]).replace("{round_id}", round_["id"]), own


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    found = [importlib.import_module(f"{api.__name__}.{each.name}") for each in pkgutil.iter_modules(api.__path__)]
    modules = [each for each in found if hasattr(each, "router") and each.router.prefix != "/open311/v2"]
    routes = {
        (method, route.path)
        for module in modules
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert routes == {(row["method"], row["path"]) for row in rows()}


@pytest.mark.parametrize("part", ["reads", "moves", "confidential", "patrols", "rest", "progress"])
async def test_everybody_gets_the_answer_of_the_table(here: Community, part: str) -> None:
    cast = await Cast(here).gather()
    asked = Asked(here, await bodies(here))
    wrong = []
    for row in rows():
        if row["part"] != part:
            continue
        for name, answer in (await asked.answers(cast, row["method"], row["path"])).items():
            if answer != row[name]:
                wrong.append(f"{row['method']} {row['path']} as {name}: {answer}, not {row[name]}")
    assert wrong == []


async def test_a_denied_list_looks_like_an_empty_one(here: Community) -> None:
    cast = await Cast(here).gather()
    denied = (await cast.clients["far_secretary"].get("/v1/tickets")).json()
    await here.files()
    assert (await cast.clients["far_secretary"].get("/v1/tickets")).json()["count"] == denied["count"]


async def test_a_denied_write_leaves_everything_as_it_was(here: Community) -> None:
    cast = await Cast(here).gather()
    filed = await here.files()
    before = await here.see(filed)
    for name in ("neighbour", "other_leader", "far_secretary", "treasurer"):
        url = f"/v1/tickets/{filed['id']}:accept"
        await cast.clients[name].post(url, json={}, headers={"If-Match": '"1"'})
    assert await here.see(filed) == before
