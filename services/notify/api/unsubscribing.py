"""The way out of a mail: a page with one button for people, the same address by POST for their mail programs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from chassis.edge import Edge, by_secret
from services.notify.channels.mail_frame import asking, thanked
from services.notify.domain.message import Message
from services.notify.handlers import unsubscribing

router = APIRouter()
TOKEN_CHARACTERS = 22


def has_token(request: Request) -> bool:
    """A token of 128 bits; whether it opens anything, the query says with 404."""
    return len(str(request.path_params.get("token", ""))) == TOKEN_CHARACTERS


Linked = Annotated[Edge, by_secret(has_token)]


class Unsubscribed(BaseModel):
    """Nothing more of this topic comes by mail."""

    topic: str

    @classmethod
    def of(cls, message: Message) -> "Unsubscribed":
        return cls(topic=message.topic)


@router.get("/v1/unsubscribe/{message_id}/{token}")
async def open_way_out(message_id: UUID, token: str, edge: Linked) -> Response:
    """The page with the button. Programs that look at every link of a mail change nothing."""
    async with edge.reading() as tx:
        message = await unsubscribing.look(message_id, token, tx)
    return Response(asking(message.language or "zh-CN"), media_type="text/html; charset=utf-8")


@router.post("/v1/unsubscribe/{message_id}/{token}", response_model=Unsubscribed)
async def take_way_out(message_id: UUID, token: str, request: Request, edge: Linked) -> Response:
    """Hear no more of it. A mail program sends `List-Unsubscribe=One-Click`; people press the button of the page."""
    done = await edge.command(lambda tx: unsubscribing.unsubscribe(message_id, token, tx), Unsubscribed.of)
    if "text/html" in request.headers.get("accept", ""):
        return Response(thanked(), media_type="text/html; charset=utf-8")
    return done
