"""The complaint as people play it: report, accept, contact, resolve, rate. However they use their browsers."""

import re
from dataclasses import dataclass

from console.language import language
from demo.stage import Stage
from tests.console.browser.conftest import Visit, Visitor

LEADER = "leader_property"
PLACE = "东坪一村1栋"
LINK = re.compile(r"/a/[A-Za-z0-9_-]+")
ZH = {
    "no": "没有", "next": "下一步", "send": "提交", "accept": "接单", "contact": "记录联系", "reached": "联系上了",
    "resolve": "办结",
}  # fmt: skip
EN = {
    "no": "No", "next": "Go on", "send": "Send", "accept": "Accept", "contact": "Record contact", "reached": "Reached",
    "resolve": "Resolve",
}  # fmt: skip


@dataclass
class Filed:
    number: str
    code: str
    phone: str


async def report(resident: Visitor, phone: str, words: dict[str, str]) -> Filed:
    """R2, R3: four questions, a number."""
    page = resident.page
    await resident.open("/report")
    await page.get_by_label(words["no"], exact=True).check()
    await resident.press(words["next"])
    await page.locator("#f-what").fill("楼道垃圾没人收,灯也不亮")
    await page.locator("#f-category").select_option("sanitation")
    await resident.press(words["next"])
    await page.locator("#f-place").fill(PLACE)
    await resident.press(words["next"])
    await page.locator("#f-phone").fill(phone)
    await resident.press(words["send"])
    number = await page.locator(".r-number").inner_text()
    return Filed(number, await page.locator(".r-code").inner_text(), phone)


async def open_case(leader: Visitor, filed: Filed) -> None:
    await leader.open(f"/tickets?number={filed.number}")
    await leader.page.get_by_role("link", name=filed.number).click()
    await leader.page.locator(".case-number", has_text=filed.number).wait_for()


async def move(leader: Visitor, name: str, words: str, **fields: str) -> None:
    """Open the move's form if it is closed, fill it in, send it, and wait for the new state."""
    page = leader.page
    form = page.locator(f"#move-{name}")
    if not await form.is_visible():
        await page.locator("details.do > summary", has_text=words).first.click()
    for field, value in fields.items():
        await form.locator(f'[name="{field}"]').fill(value)
    await form.locator('button[type="submit"]').click()
    said = [language(code).word("said", f"done_{name}") for code in ("zh-CN", "en")]
    await page.locator("[data-flash]", has_text=re.compile("|".join(map(re.escape, said)))).wait_for()


async def work_on(leader: Visitor, filed: Filed, words: dict[str, str]) -> None:
    await open_case(leader, filed)
    await move(leader, "accept", words["accept"])
    form = leader.page.locator("#move-record_contact")
    if not await form.is_visible():
        await leader.page.locator("details.do > summary", has_text=words["contact"]).first.click()
    await form.get_by_label(words["reached"]).check()
    await move(leader, "record_contact", words["contact"])
    await move(leader, "resolve", words["resolve"], result="清走了,换了灯泡")


async def rate(stage: Stage, resident: Visitor, filed: Filed, answer: str) -> None:
    """R5: the link of the text message, one press."""
    before = await stage.phones.last_id(filed.phone)
    await stage.move_clock_by_hours(1)
    asked = await stage.phones.next_text(filed.phone, after=before, saying="/a/", within_seconds=60)
    link = LINK.search(asked["text"])
    assert link, asked["text"]
    await resident.open(link.group())
    await resident.page.locator(f'button[name="option"][value="{answer}"]').click()
    await resident.page.locator("h1", has_text=re.compile("谢谢|Thank")).wait_for()


async def play(stage: Stage, visit: Visit, phone: str, words: dict[str, str], **manner: object) -> Filed:
    """The whole flow; `manner` is how they use their browsers."""
    resident = await visit(**manner)
    leader = await visit(LEADER, **manner)
    filed = await report(resident, phone, words)
    await work_on(leader, filed, words)
    await rate(stage, resident, filed, "solved_satisfied")
    return filed
