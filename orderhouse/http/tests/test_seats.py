"""A process answers so many at once; the others wait their turn, not many and not long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import monotonic, sleep
from typing import Any

import orjson
import pytest
from django.db import connection, connections, transaction

from orderhouse.database.lending import lent_on
from orderhouse.http.seats import Overloaded, Seats, seated
from orderhouse.kernel.together import Together

Start = Callable[..., Any]


def backend() -> int:
    """The PostgreSQL process this thread talks to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


class Held:
    """One seat, taken until it is let go."""

    def __init__(self, seats: Seats) -> None:
        self.seats, self.sitting, self.go = seats, Event(), Event()

    def sit(self) -> None:
        with self.seats.taken():
            self.sitting.set()
            assert self.go.wait(10)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(12) as threads:
        yield threads


def ask(application: Any, path: str) -> tuple[str, dict[str, str], bytes]:
    told: list[Any] = []
    body = b"".join(application({"PATH_INFO": path}, lambda status, headers: told.extend((status, dict(headers)))))
    return told[0], told[1], body


def test_a_crowd_shares_no_more_connections_than_there_are_seats(pool: ThreadPoolExecutor) -> None:
    seats, together = Seats(3, most_waiting=20), Barrier(12)

    def visit(_: int) -> set[int]:
        together.wait(10)
        found = set()
        for _ in range(5):
            with seats.taken():
                found.add(backend())
        return found

    used = set().union(*pool.map(visit, range(12)))
    assert 1 <= len(used) <= 3


def test_the_connection_used_last_is_lent_next_and_a_broken_one_is_replaced() -> None:
    seats = Seats(2, most_waiting=1)
    with seats.taken():
        first = backend()
    with seats.taken():
        assert backend() == first
        connections["default"].connection.close()
        with pytest.raises(Exception, match="closed"):
            backend()
    with seats.taken():
        assert backend() != first


def test_who_waits_gets_the_seat_that_is_left(pool: ThreadPoolExecutor) -> None:
    seats = Seats(1, most_waiting=1)
    held = Held(seats)
    sitting = pool.submit(held.sit)
    assert held.sitting.wait(10)

    def visit() -> str:
        with seats.taken():
            return "answered"

    waiting = pool.submit(visit)
    held.go.set()
    assert waiting.result(10) == "answered"
    sitting.result(10)


def test_past_those_who_may_wait_503_is_told_at_once_and_nothing_begins(pool: ThreadPoolExecutor) -> None:
    seats, begun = Seats(1, most_waiting=0), []
    held = Held(seats)
    sitting = pool.submit(held.sit)
    assert held.sitting.wait(10)

    def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        begun.append(environ["PATH_INFO"])
        start_response("200 OK", [])
        return [b"done"]

    status, headers, body = ask(seated(application, seats), "/api/v1/orders")
    page = ask(seated(application, seats), "/orders/")
    held.go.set()
    sitting.result(10)

    assert (status, headers["Content-Type"], headers["Retry-After"]) == (
        "503 Service Unavailable",
        "application/problem+json",
        "2",
    )
    said = orjson.loads(body)
    assert (said["code"], said["status"], said["instance"]) == ("overloaded", 503, "/api/v1/orders")
    assert said["remedy"] == "Repeat the request in a few seconds."
    assert (page[0], page[1]["Retry-After"]) == ("503 Service Unavailable", "2")
    assert begun == []
    assert ask(seated(application, seats), "/api/v1/orders")[0] == "200 OK"


def test_nobody_waits_longer_than_the_patience(pool: ThreadPoolExecutor) -> None:
    seats = Seats(1, most_waiting=5, patience_seconds=0.05)
    held = Held(seats)
    sitting = pool.submit(held.sit)
    assert held.sitting.wait(10)
    with pytest.raises(Overloaded), seats.taken():
        pass
    held.go.set()
    sitting.result(10)


def test_a_request_that_fails_gives_its_seat_back() -> None:
    seats = Seats(1, most_waiting=0)
    for _ in range(3):
        with pytest.raises(KeyError), seats.taken():
            raise KeyError("a fault of ours")
    with seats.taken():
        assert backend()


def test_who_waits_for_somebody_elses_work_lends_its_seat_on_and_sits_down_again(pool: ThreadPoolExecutor) -> None:
    seats, waits, go = Seats(1, most_waiting=1), Event(), Event()

    def waiting() -> tuple[int, int]:
        with seats.taken():
            before = backend()
            with lent_on():
                waits.set()
                assert go.wait(10)
            return before, backend()

    def visiting() -> int:
        with seats.taken():
            return backend()

    waiter = pool.submit(waiting)
    assert waits.wait(10)
    visitor = pool.submit(visiting).result(10)
    go.set()
    assert waiter.result(10) == (visitor, visitor), "one connection, by turns"


def test_more_than_there_are_seats_come_into_one_line(pool: ThreadPoolExecutor) -> None:
    seats, batches = Seats(2, most_waiting=20), []

    def work(_: int, jobs: Sequence[int]) -> list[int]:
        batches.append(len(jobs))
        deadline = monotonic() + 10
        while len(batches) == 1 and line.standing(1) < 9:
            assert monotonic() < deadline, "who waits in line keeps its seat"
            sleep(0.005)
        return [job * backend() for job in jobs]

    line = Together[int, int](work, most=64, linger=0.0, longest_linger=0.0, meanwhile=lent_on)

    def visit(_: int) -> bool:
        with seats.taken():
            return bool(line.do(1, 1)) and bool(backend())

    assert all(pool.map(visit, range(10)))
    assert batches == [1, 9]


def test_who_lent_its_seat_on_gets_one_again_however_many_wait(pool: ThreadPoolExecutor) -> None:
    seats, waits, go = Seats(1, most_waiting=1, patience_seconds=0.05), Event(), Event()

    def waiting() -> int:
        with seats.taken(), lent_on():
            waits.set()
            assert go.wait(10)
        return 1

    waiter = pool.submit(waiting)
    assert waits.wait(10)
    held = Held(seats)
    sitter = pool.submit(held.sit)
    assert held.sitting.wait(10)
    go.set()
    with pytest.raises(Overloaded), seats.taken():
        pass
    held.go.set()
    sitter.result(10)
    assert waiter.result(10) == 1
    with seats.taken():
        assert backend()


def test_a_failure_while_waiting_leaves_the_seat_to_others(pool: ThreadPoolExecutor) -> None:
    seats = Seats(1, most_waiting=0)

    def fail() -> None:
        with seats.taken(), lent_on():
            raise KeyError("a fault of ours")

    with pytest.raises(KeyError):
        pool.submit(fail).result(10)
    with seats.taken():
        assert backend()


def test_a_thread_whose_connection_is_its_own_keeps_it() -> None:
    before = backend()
    with lent_on():
        pass
    assert backend() == before


def test_a_connection_in_a_transaction_is_not_lent_on(pool: ThreadPoolExecutor) -> None:
    seats = Seats(1, most_waiting=0)

    def lend() -> None:
        with seats.taken(), transaction.atomic(), lent_on():
            pass

    with pytest.raises(RuntimeError, match="cannot be lent on"):
        pool.submit(lend).result(10)
