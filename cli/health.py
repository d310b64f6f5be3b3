"""Does a program answer? Asked over HTTP, as anybody outside would."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

ASK_SECONDS = 2.0


def status_of(url: str, path: str = "/livez") -> int | None:
    """The status code, or nothing when nobody answers in time."""
    answer = _ask(url, path)
    return answer[0] if answer else None


def json_of(url: str, path: str) -> Any:
    answer = _ask(url, path)
    try:
        return json.loads(answer[1]) if answer else None
    except ValueError:
        return None


def _ask(url: str, path: str) -> tuple[int, bytes] | None:
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "127.0.0.1", place.port, timeout=ASK_SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
