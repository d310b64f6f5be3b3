"""Every component in every state."""

import pytest

from tests.console.conftest import Console

STATES = {
    "zh-CN": ("还剩", "已超时", "等待中", "暂时不可用", "比平时慢", "现在很忙", "不在您的权限内", "再按一次是安全的"),
    "en": ("left", "overdue", "Waiting", "not available just now", "takes longer", "very busy", "your rights"),
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_every_state_has_its_words(console: Console, language: str) -> None:
    page = await (await console()).browser(language=language).open("/dev/gallery")
    assert page.status_code == 200
    assert [words for words in STATES[language] if words not in page.text] == []


async def test_what_is_typed_is_shown_as_typed(console: Console) -> None:
    page = await (await console()).browser().open("/dev/gallery")
    assert "楼道垃圾没人收 &lt;b&gt;" in page.text
