"""The front door: report, look up, or, for those who work here, sign in."""

from fastapi import APIRouter
from starlette.responses import Response

from console.screen import AnyScreen

router = APIRouter()


@router.get("/")
async def front(screen: AnyScreen) -> Response:
    if screen.secret:
        return screen.to("/today")
    return await screen.show("residents/front.html")
