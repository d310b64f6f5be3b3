"""Everything a run did and saw, one JSON line each, with monotonic time: requests, answers, acts and faults."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = dict[str, Any]


@dataclass
class History:
    path: Path
    injected: Counter[str] = field(default_factory=Counter)

    def saw_request(self, request: Row) -> None:
        """What the API's witness reports. Bodies of answers stay out but for the id and the state of a case."""
        answer = request.get("answer") or {}
        kept = {name: answer[name] for name in ("id", "number", "state", "revision", "code") if name in answer}
        self._write("request", request | {"answer": kept})

    def act(self, what: str, **more: Any) -> None:
        self._write("act", {"what": what} | more)

    def fault(self, what: str, **more: Any) -> None:
        """A fault was injected; a run counts how often."""
        self.injected[what] += 1
        self._write("fault", {"what": what} | more)

    def _write(self, kind: str, row: Row) -> None:
        line = json.dumps({"kind": kind, "at": time.monotonic()} | row, ensure_ascii=False, default=str)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def rows(self, kind: str = "") -> Iterator[Row]:
        if self.path.exists():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                row: Row = json.loads(line)
                if kind in ("", row["kind"]):
                    yield row
