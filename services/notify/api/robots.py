"""Robots of groups' chats. What proves a robot goes in and never comes out."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted
from services.notify.handlers import robots
from services.notify.handlers.robots import READ, WRITE, GivenRobot, GiveRobot

router = APIRouter(prefix="/v1/robots")


class NewRobot(Body):
    """`credentials`: of wecom its `key`; of dingtalk its `access_token` and `secret`."""

    group_id: UUID
    kind: Literal["wecom", "dingtalk"]
    credentials: dict[str, str] = Field(max_length=4)
    base_url: str = Field(default="", max_length=2_000)


class RobotShape(BaseModel):
    """One group's robot."""

    id: str
    group_id: UUID
    kind: str
    base_url: str
    state: str
    revision: int

    @classmethod
    def of(cls, given: GivenRobot) -> "RobotShape":
        robot = given.robot
        return cls(
            id=robot.id,
            group_id=given.group_id,
            kind=robot.kind,
            base_url=robot.base_url,
            state=str(robot.state),
            revision=robot.revision,
        )


@router.get("")
async def list_robots(edge: Annotated[Edge, permitted(READ)]) -> dict[str, Any]:
    """The robots of the groups in the reader's areas."""
    async with edge.reading() as tx:
        return {"items": [RobotShape.of(one) for one in await robots.seen(tx)], "next": None, "as_of": tx.now}


@router.post("", response_model=RobotShape, status_code=201)
async def give_robot(body: NewRobot, edge: Annotated[Edge, permitted(WRITE)]) -> Response:
    """Give a group's chat its robot, or another one."""
    command = GiveRobot(body.group_id, body.kind, body.base_url, body.credentials)
    return await edge.command(lambda tx: robots.give(command, tx), RobotShape.of, 201)
