"""Traces, metrics and logs: OpenTelemetry, exported by OTLP when configured, `/metrics` always.

Names are declared here once. Logs name what happened (`feed.parked`) with listed fields: ids, codes, counts, times,
and never a person's name, number or words.
"""

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Observation, get_meter, set_meter_provider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON
from opentelemetry.trace import Span, SpanKind, Tracer, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import generate_latest

from chassis.settings import Settings

_propagator = TraceContextTextMapPropagator()


class Measures:
    """Every instrument of the chassis, by name. A service adds its own with `counter` and `histogram`."""

    def __init__(self) -> None:
        self._meter = get_meter("yihu")  # a proxy: what is declared before the start reports after it
        self.gauges: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
        self._declare()

    def _declare(self) -> None:
        self.requests = self.histogram("yihu_http_request_seconds", "Time from request to answer, by route and status")
        self.announced = self.counter("yihu_feed_announced", "Events written by committed transactions")
        self.sequenced = self.counter("yihu_feed_sequenced", "Events given a position")
        self.pushed = self.counter("yihu_feed_pushed", "Events copied to Redis")
        self.applied = self.counter("yihu_feed_applied", "Events taken into effect, by producer")
        self.feed_delay = self.histogram("yihu_feed_delay_seconds", "Time from announcement to effect, by producer")
        self.parked = self.counter("yihu_feed_parked", "Events parked, by producer and reason class")
        self.timers = self.counter("yihu_timers_fired", "Timers fired, by kind")
        self.refused = self.counter("yihu_requests_refused", "Requests refused by a limit, by its name")
        for name, text in GAUGES.items():
            self._meter.create_observable_gauge(name, [self._observer(name)], description=text)

    def counter(self, name: str, description: str) -> Any:
        """A sum that only grows."""
        return self._meter.create_counter(name, description=description)

    def histogram(self, name: str, description: str) -> Any:
        """A distribution, in seconds unless the name says otherwise."""
        return self._meter.create_histogram(name, description=description, explicit_bucket_boundaries_advisory=BUCKETS)

    def set(self, name: str, value: float, **labels: str) -> None:
        """The present value of one of `GAUGES`."""
        self.gauges.setdefault(name, {})[tuple(sorted(labels.items()))] = value

    def _observer(self, name: str) -> Any:
        def observe(_: CallbackOptions) -> Iterator[Observation]:
            for labels, value in list(self.gauges.get(name, {}).items()):
                yield Observation(value, dict(labels))

        return observe


GAUGES: Final = {
    "yihu_feed_lag_events": "Events a reader has not yet taken, by reader and producer",
    "yihu_feed_unsequenced": "Committed events without a position",
    "yihu_parked": "Events parked or waiting behind one, by producer",
    "yihu_reader_seen_age_seconds": "Seconds since a reader last acknowledged, by reader",
    "yihu_push_unwell": "1 while push does not answer and pull does its work, by producer",
    "yihu_lane_stopped": "1 while a lane stands still for a reason an operator must mend, by producer",
    "yihu_sms_unknown": "Submissions whose outcome is not known",
    "yihu_pool_in_use": "Connections of the pool that are in use",
}
BUCKETS: Final = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

measure = Measures()
_tracer: Tracer = TracerProvider().get_tracer("yihu")


def start_telemetry(settings: Settings, role: str) -> None:
    """Begin to measure this process. Without `otlp_endpoint` spans only carry ids on, and only `/metrics` answers."""
    global _tracer
    resource = Resource.create(
        {"service.name": f"yihu-{settings.service}", "service.version": settings.version, "yihu.role": role}
    )
    readers: list[MetricReader] = [PrometheusMetricReader()]
    tracing = TracerProvider(resource=resource, sampler=ALWAYS_ON if settings.otlp_endpoint else ALWAYS_OFF)
    if settings.otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # slow to load
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        base = settings.otlp_endpoint.rstrip("/")
        readers.append(PeriodicExportingMetricReader(OTLPMetricExporter(endpoint=f"{base}/v1/metrics")))
        tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{base}/v1/traces")))
    set_meter_provider(MeterProvider(readers, resource=resource))
    _tracer = tracing.get_tracer("yihu")
    _log_as_json(settings.service, role)


def metrics_text() -> bytes:
    """What `/metrics` answers, in Prometheus' text form."""
    return generate_latest()


@contextmanager
def span(name: str, parent: str = "", kind: SpanKind = SpanKind.INTERNAL, **attributes: Any) -> Iterator[Span]:
    """A span under `parent` (a W3C `traceparent`), else under the current one."""
    context = _propagator.extract({"traceparent": parent}) if parent else None
    with _tracer.start_as_current_span(name, context=context, kind=kind, attributes=attributes) as current:
        yield current


def traceparent(otherwise: str = "") -> str:
    """The W3C `traceparent` of the current span; `otherwise` where there is none."""
    carrier: dict[str, str] = {}
    current = get_current_span()
    if current.get_span_context().is_valid:
        _propagator.inject(carrier, context=set_span_in_context(current))
    return carrier.get("traceparent", otherwise)


def trace_id() -> str:
    """The current trace's id in hex, as shown in problems and logs; "" outside any."""
    context = get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""


# Logs -----------------------------------------------------------------------------------------------------------


class _Json(logging.Formatter):
    def __init__(self, service: str, role: str) -> None:
        super().__init__()
        self.fixed = {"service": service, "role": role}

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
        }
        line |= self.fixed | {"event": record.getMessage()} | getattr(record, "fields", {})
        if trace := trace_id():
            line["trace_id"] = trace
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)


def _where(traceback: Any) -> str:
    """File and line of the innermost frame. Messages of exceptions may quote values: they are never logged."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}" if traceback else ""


def _log_as_json(service: str, role: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json(service, role))
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(logging.INFO)
    for noisy in ("httpx", "httpcore", "uvicorn.access", "faststream", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


class Log:
    """`log.info("feed.parked", lane=3)`: a name and fields; the same line at most once a second."""

    def __init__(self) -> None:
        self._logger = logging.getLogger("yihu")
        self._last: dict[str, float] = {}

    def info(self, event: str, **fields: object) -> None:
        self._logger.info(event, extra={"fields": fields})

    def error(self, event: str, *, error: BaseException | None = None, **fields: object) -> None:
        key = f"{event}{sorted(fields.items(), key=str)}"
        if time.monotonic() - self._last.get(key, -9) < 1:
            return
        if len(self._last) > 1_000:
            self._last.clear()
        self._last[key] = time.monotonic()
        info = (type(error), error, error.__traceback__) if error else None
        self._logger.error(event, extra={"fields": fields}, exc_info=info)


log = Log()
