"""Assets under their hashed names."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from console.screen import parts_of

router = APIRouter()


@router.get("/static/{name}")
async def asset(request: Request, name: str) -> Response:
    found = parts_of(request).rendering.assets.find(name)
    return found.response(request.headers) if found else Response(status_code=404)
