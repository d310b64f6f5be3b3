"""What was proved: a line for people, a document for machines."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    name: str
    proved: bool
    evidence: str
    seconds: float
    services: int = 0
    events: int = 0
    sms: int = 0

    def __str__(self) -> str:
        word = "PROVED" if self.proved else "FAILED"
        return (
            f"{word} {self.number:02d} {self.name}  {self.evidence}"
            f"  ({self.services} services, {self.events} events, {self.sms} SMS)"
        )


@dataclass
class Report:
    seconds: float = 0.0
    lines: list[Line] = field(default_factory=list)

    @property
    def proved(self) -> int:
        return sum(line.proved for line in self.lines)

    def summary(self, chapters: int) -> str:
        return f"yihu demo: {self.proved} of {chapters} proved in {self.seconds:.0f} s"

    def as_json(self, chapters: int) -> str:
        document = {
            "chapters": chapters,
            "proved": self.proved,
            "seconds": round(self.seconds, 1),
            "lines": [asdict(line) for line in self.lines],
        }
        return json.dumps(document, ensure_ascii=False, indent=2)

    def save(self, path: Path, chapters: int) -> None:
        path.write_text(self.as_json(chapters) + "\n", encoding="utf-8")
