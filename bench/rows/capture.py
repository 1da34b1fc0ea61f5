"""Orders captured in this process: placed, sourced and reserved in one commit, a batch a call or one order a call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing import get_context
from time import process_time
from typing import Any

from bench.business import Order, lines_in
from bench.meter import Stretch, in_threads
from bench.recording import Written
from bench.yard import Target, Yard
from orderhouse.config.ready import ready, settle_in, take_writer_number
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By

MOST_ORDERS = 8_000
"""In one turn: what it takes to read their rows back is no part of the measurement, but of the wait."""


def capture_bulk(yard: Yard) -> None:
    """Batches of 10, 100 and 1,000 orders by 1 and 8 callers. Floor: each transaction's rows by COPY."""
    settle_in()  # as every process of the product does
    for clients in (1, 8):
        for batch in (10, 100, 1_000):
            if (yard.narrow and (clients, batch) != (1, 1_000)) or (yard.quick and batch != 10):
                continue
            calls = 2 if yard.quick else min(MOST_ORDERS // batch, 200)
            targets = (
                [Target("ratio", 0.5), Target("statements_per_line", 0.05, at_least=False)]
                if (clients, batch) == (1, 1_000)
                else []
            )
            yard.duel(
                "capture_bulk",
                clients=clients,
                batch=batch,
                prepare=lambda batch=batch, calls=calls: [yard.shop.demand.take(batch) for _ in range(calls)],  # type: ignore[misc]
                product=lambda parts, stretch, clients=clients: _capture(yard, parts, stretch, clients),  # type: ignore[misc]
                targets=targets,
            )


def capture_single(yard: Yard) -> None:
    """One order a call, by 1 and 8 callers. Floor: each order's rows by one statement, from as many connections."""
    settle_in()
    for clients in (1, 8):
        if yard.narrow and clients == 1:
            continue
        targets = [Target("ratio", 0.3), Target("p99_ms", 10, at_least=False), Target("statements_per_line", 2, at_least=False)]
        yard.duel(
            "capture_single",
            clients=clients,
            batch=1,
            prepare=lambda: [[order] for order in yard.shop.demand.take(30 if yard.quick else MOST_ORDERS)],
            product=lambda parts, stretch, clients=clients: _capture(yard, parts, stretch, clients, together=True),  # type: ignore[misc]
            one_by_one=(lambda: one_by_one(yard)) if clients > 1 else None,
            targets=targets if clients == 8 else [],
        )
    if not (yard.narrow or yard.quick):
        capture_single_by_processes(yard)


def capture_single_by_processes(yard: Yard) -> None:
    """The same by 8 callers in 2 processes, as a web server has them: one process of Python uses little more than one core."""
    with Crews(yard, processes=2, threads=4) as crews:
        yard.duel(
            "capture_single",
            clients=8,
            batch=1,
            prepare=lambda: yard.shop.demand.take(MOST_ORDERS),
            product=crews.capture,
            one_by_one=lambda: one_by_one(yard),
            processes=2,
        )


def one_by_one(yard: Yard) -> Sequence[Written]:
    """The rows of orders captured each alone: what a floor of one statement an order writes."""
    from orderhouse.oms.desk.capture_orders import capture_orders

    orders = yard.shop.demand.take(20 if yard.quick else 300)
    in_threads([_call(capture_orders, yard, [order]) for order in orders], 1)
    return yard.recording.take()


class Crews:
    """Processes that capture orders one a call, each from several threads; started once, since starting is no part of the work."""

    def __init__(self, yard: Yard, *, processes: int, threads: int) -> None:
        context = get_context("spawn")
        self.processes = []
        for _ in range(processes):
            ours, theirs = context.Pipe()
            process = context.Process(target=_crew, args=(theirs, yard.shop.tenant_id, threads, yard.seconds), daemon=True)
            process.start()
            self.processes.append((process, ours))

    def __enter__(self) -> Crews:
        for _, pipe in self.processes:
            pipe.recv()
        return self

    def __exit__(self, *_: object) -> None:
        for process, pipe in self.processes:
            pipe.send(None)
            process.join(20)

    def capture(self, orders: Sequence[Order], stretch: Stretch) -> None:
        many = len(self.processes)
        for n, (_, pipe) in enumerate(self.processes):
            pipe.send(orders[n::many])
        for n, (_, pipe) in enumerate(self.processes):
            seconds, taken, cpu = pipe.recv()
            done = orders[n::many][: len(taken)]
            stretch.seconds = max(stretch.seconds, seconds)
            stretch.taken += taken
            stretch.elsewhere += cpu
            stretch.work, stretch.lines = stretch.work + len(done), stretch.lines + lines_in(done)


def _crew(pipe: Any, tenant_id: int, threads: int, seconds: float) -> None:
    """A process of a crew: takes orders from the pipe, answers seconds, seconds a call, and its CPU seconds."""
    ready(start_database=False)
    take_writer_number()
    settle_in()
    verb = _together()
    pipe.send("ready")
    while (orders := pipe.recv()) is not None:
        calls = [partial(verb, by=By(tenant_id, "bench", clock.now()), submissions=[order], source="api") for order in orders]
        before = process_time()
        took, taken, answers = in_threads(calls, threads, seconds=seconds)
        wrong = [placed for (placed,) in answers if placed.outcome != "placed"]
        if wrong:
            raise RuntimeError(f"an order was not placed: {wrong[0]}")
        pipe.send((took, taken, process_time() - before))


def _capture(yard: Yard, parts: Sequence[list[Order]], stretch: Stretch, clients: int, *, together: bool = False) -> None:
    verb = _together() if together else _batch()
    stretch.seconds, stretch.taken, answers = in_threads(
        [_call(verb, yard, part) for part in parts], clients, seconds=yard.seconds
    )
    done = parts[: len(answers)]
    stretch.work, stretch.lines = sum(map(len, done)), sum(map(lines_in, done))
    wrong = [placed for placed in answers for placed in placed if placed.outcome != "placed"]
    if wrong:
        raise RuntimeError(f"an order was not placed: {wrong[0]}")


def _batch() -> Callable[..., Any]:
    from orderhouse.oms.desk.capture_orders import capture_orders

    return capture_orders


def _together() -> Callable[..., Any]:
    """Single captures as the API makes them: those of one process that meet share a batch."""
    from orderhouse.oms.desk.capture_together import capture_together

    return lambda *, by, submissions, source: [capture_together(by=by, submission=submissions[0], source=source)]


def _call(verb: Callable[..., Any], yard: Yard, part: list[Order]) -> Callable[[], Any]:
    return lambda: verb(by=yard.shop.by, submissions=part, source="api")
