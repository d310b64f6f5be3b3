"""The AsyncAPI document of one producer, by FastStream: the stream is declared and never started."""

from typing import Any, Union

from faststream.redis import RedisBroker, StreamSub
from faststream.specification import AsyncAPI
from pydantic import BaseModel

NOWHERE = "redis://localhost:6379"


async def asyncapi_of(producer: str, events: dict[str, Any]) -> dict[str, Any]:
    """One channel, `feed:<producer>:{lane}:{epoch}`, that carries all of its event types."""
    broker = RedisBroker(NOWHERE)
    carried: Any = Union[tuple(message_model(type_, event) for type_, event in sorted(events.items()))]  # noqa: UP007

    async def handle(events: list[carried]) -> None:
        """All events of this producer, in the order of their lane."""

    title = f"feed:{producer}"
    stream = StreamSub(f"feed:{producer}:{{lane}}:{{epoch}}", batch=True, last_id="0")
    broker.subscriber(stream=stream, title=title, description=handle.__doc__)(handle)
    document = AsyncAPI(broker, title=f"yihu {producer}", version="1", schema_version="3.0.0")
    jsonable: dict[str, Any] = document.to_specification().to_jsonable()
    return jsonable


def message_model(type_: str, event: dict[str, Any]) -> type[BaseModel]:
    """A stand-in that has the published schema: the class itself lives in the service."""
    schema: dict[str, Any] = event["schema"] | {"title": type_, "description": event["meaning"]}

    def published(cls: type[BaseModel], core: Any, handler: Any) -> dict[str, Any]:
        return schema

    name = "".join(word.capitalize() for word in type_.replace(".", "_").split("_"))
    return type(name, (BaseModel,), {"__get_pydantic_json_schema__": classmethod(published), "__module__": __name__})
