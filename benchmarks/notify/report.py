"""The figures as the README shows them."""

from benchmarks.tickets.load import Json
from benchmarks.tickets.report import rows, triple


def table(result: Json) -> str:
    parts = [taken(result["accept"]), drained(result["drain"])]
    parts += [killed(result["kills"])] if "kills" in result else []
    return "\n\n".join(parts)


def taken(accept: Json) -> str:
    lines = []
    for way, seen in accept.items():
        fast, rate = seen["as_fast_as_it_goes"], seen["at_rate"]
        lines += [
            [
                way,
                f"{fast['clients']} clients",
                fast["texts"],
                fast["per_second"],
                fast["refused"],
                triple([fast["ms"]]),
            ],
            [way, f"{rate['rate']:.0f}/s", rate["texts"], "", rate["refused"], triple([rate["ms"]])],
        ]
    return rows(["sender", "load", "texts", "texts/s", "told to come again", "p50 / p95 / p99 ms"], *lines)


def drained(drain: Json) -> str:
    head = ["recipients", "taken s", "drained s", "texts/s", "states", "identical at the sink"]
    identical = f"{drain['texts_identical']} of {drain['texts_at_the_sink']}"
    line = [drain[name] for name in ("recipients", "accepted_seconds", "drained_seconds", "per_second", "states")]
    beside = [
        [name, drain[name]["count"], drain[name]["missing"], triple([drain[name]["ms"]])]
        for name in ("replies", "codes")
    ]
    spent = f"processor ms per text: {drain['processor_ms_per_text']}"
    others = rows(["beside it", "count", "missing", "p50 / p95 / p99 ms"], *beside)
    return "\n\n".join([rows(head, [*line, identical]), spent, others])


def killed(kills: Json) -> str:
    head = (
        "recipients",
        "kills",
        "looked_up",
        "lost",
        "extras",
        "extras_without_flag",
        "more_than_one_extra",
        "states",
    )
    return rows([name.replace("_", " ") for name in head], [kills[name] for name in head])
