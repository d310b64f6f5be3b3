"""The story in its order: what happens, and what it takes for granted."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from demo.chapters import answers, arrival, evidence, help, outages, work
from demo.stage import Stage


@dataclass(frozen=True, slots=True)
class Chapter:
    number: int
    name: str
    play: Callable[[Stage], Awaitable[str]]
    needs: tuple[int, ...] = (0,)


CHAPTERS = (
    Chapter(0, "neighbourhood", arrival.the_neighbourhood, ()),
    Chapter(1, "arrival", arrival.seven_matters),
    Chapter(2, "assignment", work.routed_and_accepted, (0, 1)),
    Chapter(3, "team", work.a_team_of_nine, (0, 1, 2)),
    Chapter(4, "patrol", work.patrols_and_results, (0, 1, 2, 3)),
    Chapter(5, "follow-up", answers.follow_up, (0, 1, 2, 3, 4)),
    Chapter(6, "trend", answers.next_month, (0, 1, 2, 3, 4, 5)),
    Chapter(7, "confidential", help.a_confidential_case),
    Chapter(8, "need-idea-result", help.need_idea_result),
    Chapter(11, "funds", help.flowers_become_help),
    Chapter(12, "notify-killed", outages.notify_is_killed),
    Chapter(13, "redis-away", outages.redis_is_away),
    Chapter(14, "journey", evidence.one_journey, (0, 1, 2, 3, 4, 5)),
    Chapter(15, "nothing-leaked", evidence.nothing_leaked),
)


def chosen(only: str) -> tuple[Chapter, ...]:
    """All of them; or one by name or number, with what it needs before it."""
    if not only:
        return CHAPTERS
    wanted = next(chapter for chapter in CHAPTERS if only in (chapter.name, str(chapter.number)))
    return tuple(chapter for chapter in CHAPTERS if chapter.number in (*wanted.needs, wanted.number))
