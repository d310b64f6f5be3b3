"""Report, assign, resolve, rate: the flow that Yihu is for, in a real browser."""

import re

from demo.stage import Stage
from tests.console.browser.complaint import EN, LEADER, ZH, open_case, play, rate, report, work_on
from tests.console.browser.conftest import Visit


async def test_a_complaint_goes_from_the_residents_page_to_solved(stage: Stage, visit: Visit) -> None:
    filed = await play(stage, visit, stage.reporters[1].phone, ZH)
    resident = await visit()
    await resident.open("/track")
    await resident.page.get_by_label("您的编号").fill(filed.number)
    await resident.page.get_by_label("四位查询码").fill(filed.code)
    await resident.press("查询")
    await resident.page.get_by_text("已解决").first.wait_for()
    kept = await resident.page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert kept == "[{},{}]"


async def test_an_unhappy_resident_reopens_it_and_the_leaders_list_moves_without_a_reload(
    stage: Stage, visit: Visit
) -> None:
    resident, leader = await visit(), await visit(LEADER)
    filed = await report(resident, stage.reporters[2].phone, ZH)
    await work_on(leader, filed, ZH)
    await leader.open("/tickets")
    row = leader.page.locator("tr", has_text=filed.number)
    await row.get_by_text(re.compile("已办待访|回访中")).wait_for()
    await rate(stage, resident, filed, "unsolved")
    await row.get_by_text("第 2 轮").wait_for()
    await row.get_by_text("已分派").wait_for()


async def test_the_same_in_english_with_large_letters_on_a_small_screen(stage: Stage, visit: Visit) -> None:
    resident, leader = await visit(language="en", width=320), await visit(LEADER, language="en", width=320)
    await resident.open("/?size=largest")
    filed = await report(resident, stage.reporters[4].phone, EN)
    await work_on(leader, filed, EN)
    await rate(stage, resident, filed, "solved_satisfied")
    await open_case(leader, filed)
    await leader.page.get_by_text("closed", exact=True).first.wait_for()
