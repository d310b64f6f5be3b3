"""Files become tickets: every row is kept, none twice, whatever is stopped on the way."""

import csv
import io
import statistics
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from openpyxl.workbook.workbook import Workbook

from services.tickets.handlers import importing
from services.tickets.store import imports as store
from tests.services.tickets.community import Community

NYC = Path(__file__).parents[4] / "shared" / "testdata" / "nyc311"
PHONE = "13812345678"
HEADER_12345 = (
    "工单编号,工单类型,问题分类,标签,标题,主要内容,工单状态,来电人,来电人电话/账号,被反映区,被反映街乡镇,办理结果,回复内容,"
    "处理受理方式,办结时间,企业名称,是否解决,是否满意,工单性质,村/社区,小区点位"
)


def nyc(*rows: str) -> bytes:
    return "\n".join(["unique_key,created_date,complaint_type,status,closed_date,due_date", *rows]).encode()


def of_12345(*rows: dict[str, str]) -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, HEADER_12345.split(","))
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode("gb18030")


async def sent(here: Community, file: bytes, client: httpx.AsyncClient | None = None) -> httpx.Response:
    query = {"community_id": str(here.community)}
    return await (client or here.of(here.secretary)).post("/v1/imports", params=query, content=file)


async def steered(here: Community, id_: str, verb: str) -> httpx.Response:
    return await here.of(here.secretary).post(f"/v1/imports/{id_}:{verb}")


async def seen(here: Community, id_: str) -> dict[str, Any]:
    told: dict[str, Any] = (await here.of(here.secretary).get(f"/v1/imports/{id_}")).json()
    return told


async def run(here: Community) -> None:
    while await importing.step(here.service.running):
        pass


async def imported(here: Community, file: bytes) -> dict[str, Any]:
    answer = await sent(here, file)
    assert answer.status_code == 202, answer.text
    id_ = answer.json()["id"]
    assert (await steered(here, id_, "start")).status_code == 200
    await run(here)
    told = await seen(here, id_)
    assert told["state"] == "done", told
    assert told["made"] + told["duplicates"] + told["failed"] == told["rows_read"]
    return told


async def test_every_row_is_a_ticket_a_duplicate_or_an_error(here: Community) -> None:
    told = await imported(
        here,
        nyc(
            "1,2024-05-27T02:08:51.000,Noise - Street,Open,,",
            "2,2024-05-27T02:08:51.000,Elevator,Closed,2024-05-28T00:00:00.000,2024-05-29T00:00:00.000",
            "1,2024-05-27T02:08:51.000,Noise - Street,Open,,",
            ",2024-05-27T02:08:51.000,Noise,Open,,",
            "3,,Martians,Landed,2024-05-28T00:00:00.000,",
            ",,,,,",
        ),
    )
    assert (told["rows_read"], told["made"], told["duplicates"], told["failed"]) == (5, 3, 1, 1)
    assert told["flags"] == {"key_twice": 1, "no_creation_time": 1, "unknown_category": 1, "unknown_status": 1}
    assert told["on_time"] == {"kept": 1, "of": 1}
    rows = await here.service.sql(
        "SELECT source_key, category, state, origin, filed_at FROM tickets ORDER BY source_key"
    )
    assert [(row["source_key"], row["category"], row["state"], row["origin"]) for row in rows] == [
        ("1", "noise", "received", "import"),
        ("2", "elevator", "received", "import"),
        ("3", "other", "received", "import"),
    ]
    assert rows[0]["filed_at"].astimezone(ZoneInfo("America/New_York")) == datetime(
        2024, 5, 27, 2, 8, 51, tzinfo=ZoneInfo("America/New_York")
    )


async def test_an_import_starts_nothing_and_tells_one_thing(here: Community) -> None:
    before = len(await here.service.events())
    await imported(here, nyc("1,2024-05-27T02:08:51.000,Noise,Open,,", "2,2024-05-27T02:08:51.000,Noise,Open,,"))
    (event,) = (await here.service.events())[before:]
    assert event.type == "tickets.import_finished.v1"
    (told,) = await here.service.data("tickets.import_finished.v1")
    assert told == {"rows": 2, "made": 2, "duplicates": 0, "failed": 0, "flagged": 0}
    await here.service.advance(days=2)
    assert len(await here.service.events()) == before + 1
    counts = (await here.of(here.operator).get("/v1/worklists")).json()["counts"]
    assert set(counts.values()) == {0}


async def test_what_was_filed_one_by_one_is_a_duplicate(here: Community) -> None:
    body = {
        "origin": "import", "channel": "import", "description": "x", "community_id": str(here.community),
        "source": {"system": "nyc311", "key": "1"},
    }  # fmt: skip
    first = (await here.of(here.secretary).post("/v1/tickets", json=body)).json()
    told = await imported(here, nyc("1,2024-05-27T02:08:51.000,Noise,Open,,"))
    assert (told["made"], told["duplicates"]) == (0, 1)
    rows = await here.service.sql("SELECT ticket_id FROM import_rows")
    assert rows[0]["ticket_id"] == UUID(first["id"])
    again = await imported(here, nyc("1,2024-05-27T02:08:51.000,Noise,Open,,"))
    assert again["duplicates"] == 1


async def test_a_place_that_names_one_building_is_that_building(here: Community) -> None:
    file = of_12345(
        *(
            {"工单编号": f"2024052700{at}", "主要内容": "楼道堆物", "村/社区": "东山坪社区", "小区点位": place}
            for at, place in enumerate(("东坪一村 3栋", "3栋2单元", "8栋", "九栋"))
        )
    )
    await imported(here, file)
    rows = await here.service.sql("SELECT building_id, area_path, place_text FROM tickets ORDER BY source_key")
    assert [row["building_id"] for row in rows] == [here.building, None, here.managed_building, None]
    assert [row["area_path"][-1] for row in rows] == [
        here.building, here.community, here.managed_building, here.community,
    ]  # fmt: skip
    assert [row["place_text"] for row in rows] == [
        "东山坪社区 东坪一村 3栋", "东山坪社区 3栋2单元", "东山坪社区 8栋", "东山坪社区 九栋",
    ]  # fmt: skip


async def test_12345_callers_go_to_members_and_are_kept_nowhere(here: Community) -> None:
    person = uuid4()
    here.service.others.says("/internal/people:identify", {"person_id": str(person), "building_id": None})
    here.service.others.asked.clear()
    row = {"工单编号": "20240527001", "工单类型": "求助", "问题分类": "停水", "主要内容": "停水三天",
           "是否满意": "未评价", "工单状态": "办理中", "来电人": "王芳芳", "来电人电话/账号": PHONE}  # fmt: skip
    told = await imported(here, of_12345(row, row | {"工单编号": "X1", "来电人电话/账号": "13812345678"}))
    assert (told["made"], told["flags"]) == (2, {"no_creation_time": 1})
    (first, _) = await here.service.sql(
        "SELECT kind, category, reporter_id, t::text AS words FROM tickets t ORDER BY number"
    )
    assert (first["kind"], first["category"], first["reporter_id"]) == ("need", "water", person)
    assert len([r for r in here.service.others.asked if r.url.path == "/internal/people:identify"]) == 1
    for table in ("tickets", "import_rows", "imports", "feed_event", "moves", "search_words", "import_chunks"):
        words = await here.service.sql(f"SELECT coalesce(string_agg(t::text, ''), '') AS words FROM {table} t")
        assert "王芳芳" not in words[0]["words"]
        assert "13812345678" not in words[0]["words"]
    raw = await here.service.sql("SELECT raw_sealed FROM import_rows ORDER BY row")
    id_ = told["id"]
    opened = here.service.running.sealing.unseal(raw[0]["raw_sealed"], aad=f"import_rows.raw:{id_}:2")
    assert "停水三天" in opened
    assert "13812345678" not in opened


async def test_killed_in_the_middle_and_begun_again_no_row_comes_twice(here: Community) -> None:
    file = nyc(*(f"{n},2024-05-27T02:08:51.000,Noise,Open,," for n in range(25)))
    id_ = (await sent(here, file)).json()["id"]
    await steered(here, id_, "start")
    with mock.patch.object(importing, "BATCH", 10):
        await importing.step(here.service.running)
        with (
            mock.patch.object(store, "change", side_effect=OSError("the database is gone")),
            pytest.raises(OSError),
        ):
            await importing.step(here.service.running)
        assert (await seen(here, id_))["rows_read"] == 10
        here.service.running.state.pop("import_reading", None)
        await run(here)
    told = await seen(here, id_)
    assert (told["state"], told["rows_read"], told["made"], told["duplicates"]) == ("done", 25, 25, 0)
    rows = await here.service.sql("SELECT row FROM import_rows ORDER BY row")
    assert [row["row"] for row in rows] == list(range(2, 27))
    assert len(await here.service.data("tickets.import_finished.v1")) == 1


async def test_another_worker_that_read_the_same_rows_writes_nothing(here: Community) -> None:
    file = nyc(*(f"{n},2024-05-27T02:08:51.000,Noise,Open,," for n in range(15)))
    id_ = (await sent(here, file)).json()["id"]
    await steered(here, id_, "start")
    async with here.service.running.reading() as tx:
        as_the_late_one_saw_it = await store.find(tx, UUID(id_))
    assert as_the_late_one_saw_it is not None
    with mock.patch.object(importing, "BATCH", 10):
        await importing.step(here.service.running)
        here.service.running.state.pop("import_reading")
        await importing.import_batch(as_the_late_one_saw_it, here.service.running)
        assert (await seen(here, id_))["rows_read"] == 10
        await run(here)
    told = await seen(here, id_)
    assert (told["rows_read"], told["made"]) == (15, 15)


async def test_it_pauses_resumes_and_refuses_what_the_table_does_not_hold(here: Community) -> None:
    file = nyc(*(f"{n},2024-05-27T02:08:51.000,Noise,Open,," for n in range(25)))
    id_ = (await sent(here, file)).json()["id"]
    assert (await steered(here, id_, "pause")).json()["code"] == "cannot_pause_when_uploaded"
    await run(here)
    assert (await seen(here, id_))["rows_read"] == 0
    await steered(here, id_, "start")
    with mock.patch.object(importing, "BATCH", 10):
        for _ in range(2):
            await importing.step(here.service.running)
        await steered(here, id_, "pause")
        await run(here)
        told = await seen(here, id_)
        assert (told["state"], told["rows_read"], told["rows_expected"]) == ("paused", 20, 25)
        assert told["seconds_left"] is not None
        await steered(here, id_, "resume")
        await run(here)
    assert (await seen(here, id_))["made"] == 25
    assert (await steered(here, id_, "start")).status_code == 409


async def test_activating_takes_the_open_ones_over_with_clocks_that_begin_now(here: Community) -> None:
    told = await imported(
        here,
        nyc(
            "1,2024-05-27T02:08:51.000,Noise,Open,,", "2,2024-05-27T02:08:51.000,Noise,Closed,2024-05-28T00:00:00.000,"
        ),
    )
    await here.service.advance(days=1)
    assert (await steered(here, told["id"], "activate")).status_code == 200
    await run(here)
    assert (await seen(here, told["id"]))["state"] == "active"
    rows = await here.service.sql(
        "SELECT source_key, state, origin, group_id, contact_due_at > (SELECT now() + shift FROM clock) AS ahead"
        " FROM tickets ORDER BY source_key"
    )
    first, second = rows
    assert (first["state"], first["origin"], first["group_id"], first["ahead"]) == (
        "assigned", "on_behalf", here.help_group, True,
    )  # fmt: skip
    assert (second["state"], second["origin"], second["group_id"]) == ("received", "import", None)
    before = len(await here.service.data("tickets.ticket_deadline_passed.v1"))
    await here.service.fire()
    assert len(await here.service.data("tickets.ticket_deadline_passed.v1")) == before


async def test_errors_are_told_row_by_row_masked_and_without_formulas(here: Community) -> None:
    rows: list[dict[str, str]] = [
        {"工单编号": "1" * 121, "主要内容": "x"},
        {"工单编号": "", "主要内容": "x"},
        {"工单编号": "9", "主要内容": ""},
    ]
    told = await imported(here, of_12345(*rows, {"工单编号": "=13812345678 " + "x" * 120, "主要内容": "x"}))
    answer = await here.of(here.secretary).get(f"/v1/imports/{told['id']}/errors.csv")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0] == ["row", "column", "value", "code", "sentence"]
    assert [(line[0], line[1], line[3]) for line in lines[1:]] == [
        ("2", "工单编号", "key_too_long"),
        ("3", "工单编号", "key_missing"),
        ("4", "主要内容", "matter_missing"),
        ("5", "工单编号", "key_too_long"),
    ]
    assert all(line[4] for line in lines[1:])
    assert lines[4][2].startswith("'=")
    assert "13812345678" not in answer.text


async def test_a_thousand_bad_rows_are_a_report_and_none_is_done_with_nought(here: Community) -> None:
    told = await imported(here, nyc(*[",2024-05-27T02:08:51.000,Noise,Open,,"] * 1_000))
    assert (told["failed"], told["made"]) == (1_000, 0)
    empty = await imported(here, nyc())
    assert (empty["rows_read"], empty["state"]) == (0, "done")


async def test_title_rows_above_the_header_are_skipped(here: Community) -> None:
    told = await imported(here, b"Export of 2024\n\n" + nyc("1,2024-05-27T02:08:51.000,Noise,Open,,"))
    assert (told["rows_read"], told["made"]) == (1, 1)
    assert [row["row"] for row in await here.service.sql("SELECT row FROM import_rows")] == [4]


async def test_a_workbook_is_read_like_a_file_of_commas(here: Community) -> None:
    book = Workbook()
    book.active.append(["Unique Key", "Created Date", "Complaint Type", "Status"])
    book.active.append([1, datetime(2024, 5, 27, 2, 8, 51), "Noise", "Open"])
    file = io.BytesIO()
    book.save(file)
    told = await imported(here, file.getvalue())
    assert (told["layout"], told["made"], told["flags"]) == ("nyc311", 1, {})


async def test_a_damaged_workbook_is_refused(here: Community) -> None:
    book = Workbook()
    book.active.append(["Unique Key", "Complaint Type"])
    file = io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(broken := io.BytesIO(), "w") as damaged:
        for part in whole.namelist():
            content = whole.read(part)
            damaged.writestr(part, content[: len(content) // 2] if "sheet1" in part else content)
    answer = await sent(here, broken.getvalue())
    assert (answer.status_code, answer.json()["code"]) == (400, "file_unreadable")


async def test_what_open311_gives_out_open311_takes_in(here: Community) -> None:
    for category in ("noise", "parking"):
        await here.files(category=category)
    given = (await here.service.client().get("/open311/v2/bulk/requests.csv")).content
    await here.service.sql("UPDATE tickets SET number = number || 'x'")
    told = await imported(here, given)
    assert (told["layout"], told["rows_read"], told["made"], told["flags"]) == ("open311", 2, 2, {})
    rows = await here.service.sql("SELECT category FROM tickets WHERE origin = 'import' ORDER BY category")
    assert [row["category"] for row in rows] == ["noise", "parking"]


async def test_what_cannot_be_read_is_refused_and_nothing_stored(here: Community) -> None:
    for file, status, code in (
        (b"a,b,c\n1,2,3\n", 422, "layout_unknown"),
        (b"", 422, "layout_unknown"),
        (b"PK\x03\x04....", 400, "file_unreadable"),
    ):
        answer = await sent(here, file)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await here.service.sql("SELECT 1 FROM imports") == []
    assert (await sent(here, nyc(), here.of(here.operator))).status_code == 403


async def test_a_file_may_be_larger_than_other_bodies(here: Community) -> None:
    large = nyc(*(f"{n},2024-05-27T02:08:51.000,{'Noise ' * 30},Open,," for n in range(8_000)))
    assert len(large) > 1_000_000
    assert (await sent(here, large)).status_code == 202
    assert (await sent(here, b"x" * 32_000_001)).status_code == 413


async def test_raw_rows_are_forgotten_after_a_month_and_the_file_at_once(here: Community) -> None:
    told = await imported(here, nyc("1,2024-05-27T02:08:51.000,Noise,Open,,"))
    assert await here.service.sql("SELECT 1 FROM import_chunks") == []
    assert len(await here.service.sql("SELECT 1 FROM import_rows WHERE raw_sealed IS NOT NULL")) == 1
    await here.service.advance(days=31)
    assert await here.service.sql("SELECT 1 FROM import_rows WHERE raw_sealed IS NOT NULL") == []
    assert (await seen(here, told["id"]))["made"] == 1


@pytest.mark.parametrize(
    "name", ["nyc311-2023-12-10-500rows-socrata-api.csv", "nyc311-2024-05-27-1000rows-socrata-api.csv"]
)
async def test_new_yorks_files_count_as_an_independent_script_counts_them(here: Community, name: str) -> None:
    if not NYC.exists():
        pytest.skip("New York's 311 files are not on this machine: ../shared/testdata/nyc311")
    file = (NYC / name).read_bytes()
    told = await imported(here, file)
    rows = list(csv.DictReader(io.StringIO(file.decode())))
    assert told["rows_read"] == len(rows)
    assert told["made"] == len({row["unique_key"] for row in rows})

    def at(text: str) -> datetime | None:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York")) if text else None

    dated = [(at(row["created_date"]), at(row["closed_date"]), row["status"]) for row in rows]
    expected = {
        "closed_before_created": sum(bool(made and closed and closed < made) for made, closed, _ in dated),
        "closed_date_but_open": sum(
            bool(closed) and status not in ("Closed", "Unspecified") for _, closed, status in dated
        ),
        "closed_status_without_date": sum(not closed and status == "Closed" for _, closed, status in dated),
    }
    assert {name: told["flags"].get(name, 0) for name in expected} == expected
    hours = [(closed - made).total_seconds() / 3_600 for made, closed, _ in dated if made and closed]
    stored = await here.service.sql(
        "SELECT extract(epoch FROM r.closed_at - t.filed_at) / 3600 AS hours FROM import_rows r"
        " JOIN tickets t ON t.id = r.ticket_id WHERE r.closed_at IS NOT NULL AND r.outcome = 'ticket'"
    )
    if hours:
        assert statistics.median(hours) == pytest.approx(
            statistics.median(float(row["hours"]) for row in stored), abs=1e-3
        )
    assert len(stored) == len(hours)
