"""R9: the type is too small? Larger letters, stronger contrast, the community's telephone."""

from fastapi import APIRouter
from starlette.responses import Response

from console.screen import AnyScreen

router = APIRouter()


@router.get("/reading")
async def reading(screen: AnyScreen) -> Response:
    return await screen.show("residents/reading.html")
