"""C7: did the resident say it is solved? What is to be rung about, by somebody who did not do the work."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import call_tasks
from console.ask.client import Problem
from console.pages.moves import ANSWERS, REASONS
from console.posted import PostedForm, refused_here, tried
from console.screen import OperatorScreen, Screen, Wanted
from console.views import Trouble

router = APIRouter()
RESULTS = ("reached", "no_answer", "refused", "wrong_number")
SAID: Mapping[str, Sequence[str]] = {"follow_up": ANSWERS, "look_back": ("holds", "again")}
FIELDS = ("result", "answer", "reason", "words")


@router.get("/call-tasks")
async def calls(screen: OperatorScreen, cursor: str | None = None) -> Response:
    return await _page(screen, cursor=cursor)


@router.post("/call-tasks/{task_id}/{verb}")
async def act(screen: OperatorScreen, task_id: UUID, verb: str, form: PostedForm) -> Response:
    if verb not in ("claim", "record"):
        raise Problem("tickets", 404, "not_found")
    if verb == "record" and (missing := _missing(screen, form.text("result"), form.text("answer"))):
        return await _page(screen, tried_task=task_id, trouble=refused_here(form, 422, *missing), key=form.key)
    body = {name: form.text(name) for name in FIELDS if form.text(name)} if verb == "record" else {}
    done = await tried(
        screen, form, lambda: call_tasks.act(screen.asks, task_id, verb, body, key=form.key, etag=form.etag)
    )
    if isinstance(done, Trouble):
        return await _page(screen, tried_task=task_id, trouble=done, key=form.key)
    return screen.to(f"/call-tasks#task-{task_id}" if verb == "claim" else "/call-tasks", f"done_call_{verb}")


def _missing(screen: Screen, result: str, answer: str) -> list[tuple[str, str]]:
    required = screen.language.word("problem", "required")
    faults = [] if result else [("result", required)]
    return faults + ([("answer", required)] if result == "reached" and not answer else [])


async def _page(
    screen: Screen, *, cursor: str | None = None, tried_task: UUID | None = None, trouble: Trouble | None = None,
    key: str = "",
) -> Response:  # fmt: skip
    return await screen.show(
        "pages/call_tasks.html", {"calls": Wanted("tickets", lambda asks: call_tasks.waiting(asks, cursor))},
        person_id=screen.person.person_id, tried_task=tried_task, trouble=trouble, key=key, results=RESULTS,
        said=SAID, reasons=REASONS["answer"], status=trouble.status if trouble else 200,
    )  # fmt: skip
