"""What the server measures of itself, for Prometheus.

Whatever is a label has few values: the name of a door, of a route, of a kind of error. None holds what somebody wrote.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, TypeVar

from fastapi import Request  # noqa: TC002  FastAPI resolves the hints of its routes
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.responses import Response

from ui import errors
from ui.access.person import person_of
from ui.errors import NotForReaders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client.metrics_core import Metric

    from qa.answer import Answer
    from qa.engine import Engine
    from ui.serving.admission import Admission
    from ui.serving.pool import EnginePool
    from ui.settings import Settings

# Seconds. A question takes 50 ms to 1 s on two cores when nobody else asks, and waits for at most 30 s by default.
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
Family = TypeVar("Family", GaugeMetricFamily, CounterMetricFamily, InfoMetricFamily)
_REFUSALS: Final = (errors.AccessRefused, errors.Unavailable, errors.RequestTooLarge, errors.NoSuchAddress)


class Metrics:
    """The measurements of one server, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        counter = partial(Counter, namespace="sourcier", registry=self._registry)
        seconds = partial(Histogram, namespace="sourcier", registry=self._registry, buckets=_BUCKETS)
        self._questions = counter("questions", "Questions that were answered", ["door", "verdict"])
        self._searches = counter("searches", "Searches for passages", ["door"])
        self._withheld = counter("quotes_withheld", "Quotes that did not match their document, and were not shown")
        self._errors = counter("errors", "Requests that could not be done", ["code"])
        self._refusals = counter("refusals", "Requests that were refused, unseen or for want of a place", ["code"])
        self._stages = seconds("stage_seconds", "How long each stage of an answer took", ["stage"])
        self._requests = seconds("request_seconds", "How long requests took, answers sent", ["route", "status"])
        ProcessCollector(registry=self._registry)

    def watch(self, engine: Engine, admission: Admission) -> None:
        """Read how many questions there are, and what the corpus is, whenever the measurements are asked for."""
        self._registry.register(_State(engine, admission))

    def watch_workers(self, pool: EnginePool) -> None:
        """Read how each worker of a pool stands, and what its process takes, whenever that is asked for.

        What they answer is measured where it comes in, as it is of an engine in this process.
        """
        self._registry.register(_Workers(pool))

    def answered(self, door: str, answer: Answer) -> None:
        """Count an answer, with the time that its stages took."""
        self._questions.labels(door, answer.verdict).inc()
        self._withheld.inc(answer.withheld)
        for stage, milliseconds in answer.timings_ms:
            self._stages.labels(stage).observe(milliseconds / 1000)

    def searched(self, door: str) -> None:
        """Count a search."""
        self._searches.labels(door).inc()

    def requested(self, route: str, status: int, seconds: float) -> None:
        """Count a request by the template of its route and the class of its status."""
        self._requests.labels(route, f"{status // 100}xx").observe(seconds)

    def failed(self, code: str) -> None:
        """Count what could not be done, by the code that a Problem has; what was refused is counted apart."""
        kind = getattr(errors, code, Exception)
        (self._refusals if issubclass(kind, _REFUSALS) else self._errors).labels(code).inc()

    def text(self, accepted: str) -> tuple[bytes, str]:
        """Return all measurements, and their content type, in the form that an `Accept` header asks for."""
        encoder, content_type = choose_encoder(accepted)
        return encoder(self._registry), content_type


class _State(Collector):
    """How the server stands, read when it is asked for."""

    def __init__(self, engine: Engine, admission: Admission) -> None:
        self._engine = engine
        self._admission = admission

    def describe(self) -> Iterator[Metric]:
        """Name nothing beforehand: the corpus need not be there yet."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Read it."""
        yield _gauge("sourcier_questions_waiting", "Questions that wait for their turn", self._admission.waiting)
        yield _gauge("sourcier_questions_working", "Questions that are being answered", self._admission.working)
        corpus = self._engine.corpus
        yield _gauge("sourcier_corpus_open", "Whether there is a corpus to answer from", int(corpus is not None))
        if corpus is None:
            return
        # The stamp tells generations apart: there is one at a time.
        labels = {"stamp": corpus.stamp, "reader": corpus.reader}
        yield InfoMetricFamily("sourcier_corpus", "The corpus that answers", value=labels)
        yield _gauge("sourcier_corpus_documents", "Documents in the corpus", corpus.documents)
        yield _gauge("sourcier_corpus_passages", "Passages in the corpus", corpus.chunks)
        if corpus.built:
            built = datetime.fromisoformat(corpus.built).timestamp()
            yield _gauge("sourcier_corpus_built_timestamp_seconds", "When it was last brought up to date", built)


class _Workers(Collector):
    """How the workers stand, each by its place: a process that is started in the stead of another takes it over."""

    def __init__(self, pool: EnginePool) -> None:
        self._pool = pool

    def describe(self) -> Iterator[Metric]:
        """Name nothing beforehand: a worker need not be there yet."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Read it."""
        ready = _by_worker(GaugeMetricFamily, "ready", "Whether it answers, or is being started")
        calls = _by_worker(GaugeMetricFamily, "calls", "What it was asked and has not answered")
        restarts = _by_worker(CounterMetricFamily, "restarts", "How often it had ended and was started again")
        corpus = _by_worker(InfoMetricFamily, "corpus", "The corpus that it answers from")
        memory = _by_worker(GaugeMetricFamily, "resident_memory_bytes", "Memory that its process has")
        processor = _by_worker(CounterMetricFamily, "cpu_seconds", "Time of processors that its process has taken")
        for worker in self._pool.workers:
            place = [str(worker.number)]
            ready.add_metric(place, int(worker.is_ready))
            calls.add_metric(place, worker.calls)
            restarts.add_metric(place, worker.restarts)
            if worker.stamp:
                corpus.add_metric(place, {"stamp": worker.stamp})
            if worker.usage:
                memory.add_metric(place, worker.usage.memory)
                processor.add_metric(place, worker.usage.processor)
        yield from (ready, calls, restarts, corpus, memory, processor)


def _by_worker(kind: type[Family], name: str, said: str) -> Family:
    return kind(f"sourcier_worker_{name}", said, labels=["worker"])


def metrics_route(metrics: Metrics, settings: Settings) -> Callable[[Request], Response]:
    """Return the route of the measurements; it raises NotForReaders.

    They are for administrators, who show a key where everybody is let in. Where only this machine is let in, they are
    for whoever asks from it, unless a setting tells of others: behind a proxy, everybody seems to.
    """
    own_machine = settings.access == "none" and not settings.beyond_this_machine

    def measured(request: Request) -> Response:
        """Return the measurements of the server, for Prometheus."""
        is_allowed = person_of(request.scope).is_administrator or (own_machine and _is_from_here(request))
        if not is_allowed:
            raise NotForReaders
        text, content_type = metrics.text(request.headers.get("accept", ""))
        return Response(text, media_type=content_type)

    return measured


def _is_from_here(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _gauge(name: str, said: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, said, value=value)
