"""Whose question a text answers: by its thread, by a letter, by being the only one; in doubt nobody's."""

import random
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.notify.domain import prompt as prompts
from services.notify.domain.matching import Match, Reply, Step, match
from services.notify.domain.prompt import HELD_AFTER_CLOSE_HOURS, Option, Prompt, State, asked, smallest_letter
from services.notify.domain.reply import lettered, normalised
from tests.unit.notify.builders import NOW, YES_NO, a_prompt

GRADES = (
    Option("1", "solved", "已解决"),
    Option("2", "partly", "部分解决"),
    Option("3", "unsolved", "没有解决"),
)
MINUTE = timedelta(minutes=1)


def an_open(n: int, letter: str, options: tuple[Option, ...] = YES_NO, **changes: object) -> Prompt:
    held = {"ext": f"{n:02d}", "ext_held": True, "letter": letter, "expires_at": NOW + timedelta(hours=4)}
    return a_prompt(id=UUID(int=n), options=options, state=State.OPEN, recipient_key=b"k", **{**held, **changes})


def matched(text: str, *asked: Prompt, ext: str = "", kept: str = "") -> tuple[str, list[tuple[int, str]]]:
    found = match(Reply(normalised(text), ext, NOW, kept), asked)
    return str(found.step), [(hit.prompt.id.int, hit.chosen.option.code) for hit in found.hits]


A, B, C = an_open(1, "A"), an_open(2, "B"), an_open(3, "C", GRADES)
CLOSED = replace(an_open(4, "D"), state=State.ANSWERED, closed_at=NOW)


@pytest.mark.parametrize(
    ("text", "asked", "ext", "kept", "found"),
    [
        ("1", [A, B], "02", "", ("thread", [(2, "accept")])),
        ("1", [A, CLOSED], "04", "", ("thread", [(4, "accept")])),
        ("B1", [A, B], "02", "", ("thread", [(2, "accept")])),
        ("A1", [A, B], "02", "", ("unclear", [])),
        ("没空", [A, B], "02", "", ("unclear", [])),
        ("没空", [A, CLOSED], "04", "", ("words", [])),
        ("A1 B2", [A, B], "", "", ("letters", [(1, "accept"), (2, "return")])),
        ("a１，b2", [A, B], "", "", ("letters", [(1, "accept"), (2, "return")])),
        ("B2", [A, B], "", "", ("letters", [(2, "return")])),
        ("A1 E2", [A, B], "", "", ("words", [])),
        ("A1 B9", [A, B], "", "", ("words", [])),
        ("D1", [A, CLOSED], "", "", ("words", [])),
        ("A", [A, B], "", "1", ("completed", [(1, "accept")])),
        ("A", [A, B], "", "", ("words", [])),
        ("C", [A, C], "", "3", ("completed", [(3, "unsolved")])),
        ("A", [A, C], "", "3", ("words", [])),
        ("1", [A], "", "", ("only_open", [(1, "accept")])),
        ("1", [A, CLOSED], "", "", ("undecided", [])),
        ("3", [C, CLOSED], "", "", ("only_open", [(3, "unsolved")])),
        ("没有解决", [A, C], "", "", ("word", [(3, "unsolved")])),
        ("3", [A, C], "", "", ("undecided", [])),
        ("接单", [A, B], "", "", ("undecided", [])),
        ("接单", [A, CLOSED, C], "", "", ("undecided", [])),
        ("1", [A, B], "", "", ("undecided", [])),
        ("1", [A], "77", "", ("undecided", [])),
        ("楼道灯不亮", [A, B], "", "", ("words", [])),
        ("1 楼漏水", [A], "", "", ("words", [])),
        ("1", [], "", "", ("words", [])),
    ],
)
def test_the_first_test_that_holds_decides(
    text: str, asked: list[Prompt], ext: str, kept: str, found: tuple[str, list[tuple[int, str]]]
) -> None:
    assert matched(text, *asked, ext=ext, kept=kept) == found


def test_a_question_whose_time_is_over_is_no_open_one() -> None:
    over = replace(A, expires_at=NOW)
    assert matched("1", over) == ("words", [])
    assert matched("1", over, B)[0] == "undecided"


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("A1", [("A", "1")]),
        ("A1B2", [("A", "1"), ("B", "2")]),
        ("A 1, B 2", [("A", "1"), ("B", "2")]),
        ("A1A2", []),
        ("A", []),
        ("A1 谢谢", []),
        ("GOV1X", []),
    ],
)
def test_letters_with_digits_and_nothing_else(text: str, pairs: list[tuple[str, str]]) -> None:
    assert list(lettered(normalised(text))) == pairs


# Never a wrong match --------------------------------------------------------------------------------------------

RESIDENTS, PROMPTS, INTERLEAVINGS, STEPS = 3, 5, 10_000, 14


class Neighbourhood:
    """Residents with questions, whose replies come in any order, and whose extensions are lost at will."""

    def __init__(self, seed: int) -> None:
        self.random, self.now, self.matches = random.Random(seed), NOW, 0
        self.asked: dict[int, list[Prompt]] = {resident: [] for resident in range(RESIDENTS)}
        self.kept: dict[int, tuple[str, UUID]] = {}

    def step(self) -> None:
        self.now += self.random.choice([MINUTE, 30 * MINUTE, timedelta(hours=self.random.randrange(1, 30))])
        resident = self.random.randrange(RESIDENTS)
        self._release(resident)
        self.random.choice([self._ask, self._ask, self._close, self._reply, self._reply, self._reply])(resident)

    def _release(self, resident: int) -> None:
        """Open questions expire, and closed ones give their extension back after 72 hours."""
        held = timedelta(hours=HELD_AFTER_CLOSE_HOURS)
        self.asked[resident] = [p for p in self.asked[resident] if p.closed_at is None or self.now < p.closed_at + held]
        for prompt in [p for p in self.asked[resident] if prompts.overdue(p, self.now)]:
            self._put(resident, prompts.expired(prompt, at=self.now))

    def _ask(self, resident: int) -> None:
        theirs = self.asked[resident]
        if len(theirs) < PROMPTS:
            held = {p.ext or "" for p in theirs} | {p.letter or "" for p in theirs}
            planned = a_prompt(
                id=UUID(int=self.random.getrandbits(64)),
                options=self.random.choice([YES_NO, GRADES]),
                valid_hours=self.random.choice([4, 24, 168]),
            )
            ext, letter = prompts.smallest_free(held, 2), smallest_letter(held)
            theirs.append(asked(planned, recipient_key=b"k", ext=ext or "", letter=letter, at=self.now))

    def _close(self, resident: int) -> None:
        if waiting := [p for p in self.asked[resident] if p.state is State.OPEN]:
            self._put(resident, prompts.withdrawn(self.random.choice(waiting), at=self.now))

    def _reply(self, resident: int) -> None:
        """She means one question of hers, open or closed lately, and one of its options."""
        if not self.asked[resident]:
            return
        meant = self.random.choice(self.asked[resident])
        option = self.random.choice(meant.options)
        text = self.random.choice([option.key, option.label, f"{meant.letter}{option.key}", meant.letter or ""])
        ext = self.random.choice([meant.ext or "", ""])
        kept = self.kept.get(resident)
        if text == meant.letter and (kept is None or kept[1] != meant.id):
            return
        found = match(Reply(normalised(text), ext, self.now, kept[0] if kept else ""), self.asked[resident])
        self._check(resident, found, meant, option, text)

    def _check(self, resident: int, found: Match, meant: Prompt, option: Option, text: str) -> None:
        if found.step is Step.UNDECIDED:
            self.kept[resident] = (normalised(text), meant.id)
        for hit in found.hits:
            self.matches += 1
            assert hit.prompt.id == meant.id, f"{text!r} was for {meant.id}, answered {hit.prompt.id} ({found.step})"
            if text != meant.letter:
                assert hit.chosen.option == option
            _, after = prompts.reply(hit.prompt, at=self.now)
            self._put(resident, after)

    def _put(self, resident: int, changed: Prompt) -> None:
        self.asked[resident] = [changed if p.id == changed.id else p for p in self.asked[resident]]


def test_never_a_wrong_match_in_ten_thousand_interleavings() -> None:
    matches = 0
    for seed in range(INTERLEAVINGS):
        neighbourhood = Neighbourhood(seed)
        for _ in range(STEPS):
            neighbourhood.step()
        matches += neighbourhood.matches
    assert matches > INTERLEAVINGS, "most replies did find their question"
