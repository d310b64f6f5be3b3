"""A container's health: its process answers on the port it was given; a worker, on the port of its metrics."""

import os
import sys
import urllib.error
import urllib.request


def addresses(environment: dict[str, str]) -> list[str]:
    """`YIHU_<SERVICE>_PORT` is an API's, `YIHU_<SERVICE>_WORKER_PORT` a worker's."""
    ports = {name: port for name, port in environment.items() if name.startswith("YIHU_") and name.endswith("_PORT")}
    return [
        f"http://127.0.0.1:{port}{'/metrics' if name.endswith('_WORKER_PORT') else '/livez'}"
        for name, port in ports.items()
    ]


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310  our own loopback address
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError):
        return False


if __name__ == "__main__":
    sys.exit(not all(answers(address) for address in addresses(dict(os.environ))))
