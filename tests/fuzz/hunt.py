"""Hunt through the targets by coverage (atheris, libFuzzer): ``make fuzz SECONDS=60``, ``make fuzz ARGS="order barcode"``.

Each target runs in a process of its own for so many seconds, beginning from its seeds and the corpus, with a limit on time and memory for
each input. An input that crashes a target, hangs it or eats memory is kept in ``tests/fuzz/corpus/TARGET`` (where the tests replay it from then
on) and told at the end. ``docs/figures/fuzz.json`` keeps, target by target, inputs, seconds, crashes and the slowest input.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import sys
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path

FIGURES = Path(__file__).resolve().parents[2] / "docs" / "figures" / "fuzz.json"
CORPUS = Path(__file__).parent / "corpus"
SLOWEST_INPUT = 20
"""Seconds on the clock after which an input counts as a hang: none takes one of processor time, but a machine may be busy."""
MOST_MEMORY = 1024
"""Megabytes, of which the house itself takes some 150."""
PARSERS = (
    *("orderhouse.oms.orders.parse_order", "orderhouse.oms.freight.tariffs", "orderhouse.http.bodies", "orderhouse.http.keys"),
    *("orderhouse.http.lines", "orderhouse.http.pages", "orderhouse.wms.layout.rules", "orderhouse.wms.floor.barcodes"),
    *(
        "orderhouse.contract.codec",
        "orderhouse.contract.views",
        "orderhouse.contract.connections",
        "orderhouse.console.wms.asked",
    ),
    *(
        "orderhouse.console.wms.pasted",
        "orderhouse.console.oms.mending",
        "orderhouse.console.oms.filters",
        "orderhouse.console.stock_asked",
    ),
    *("orderhouse.console.search.hits", "orderhouse.catalog.words", "orderhouse.scanner.work", "orderhouse.scanner.doors"),
    *("orderhouse.documents.zpl_picture", "orderhouse.kernel.quantities", "biip"),
)
"""The modules whose branches guide the hunt."""

EXECUTED = re.compile(rb"stat::number_of_executed_units:\s*(\d+)")
PEAK = re.compile(rb"stat::peak_rss_mb:\s*(\d+)")
PROGRESS = re.compile(rb"^#(\d+)\s", re.MULTILINE)


@dataclass
class Hunted:
    """One target: how many inputs, in how many seconds, what broke, and the slowest input in milliseconds of
    processor time."""

    target: str
    inputs: int = 0
    seconds: float = 0.0
    crashes: int = 0
    slowest_ms: float = 0.0
    peak_mb: int = 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", help="these targets (default: all)")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each target")
    asked = parser.parse_args()
    try:
        import atheris  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        print(
            "atheris has no wheel for this platform: nothing was hunted. The tests feed the same targets with hypothesis all the same."
        )
        return 0
    from tests.fuzz.ready import ready

    with atheris.instrument_imports(include=[*PARSERS]):  # all of the house would take half a minute to prepare
        ready()
        from tests.fuzz.targets import TARGETS
    rows = []
    for name in asked.targets or TARGETS:
        rows.append(_hunt(name, asked.seconds))
        print(
            "{target:14} {inputs:>9,} inputs {seconds:>6.1f} s {crashes:>3} crashes, slowest {slowest_ms:.0f} ms, {peak_mb} MB".format(
                **asdict(rows[-1])
            ),
            flush=True,
        )
    _keep(rows)
    print(f"{sum(row.inputs for row in rows):,} inputs, {sum(row.crashes for row in rows)} crashes")
    return 1 if any(row.crashes for row in rows) else 0


def _hunt(name: str, seconds: float) -> Hunted:
    """Hunt in processes of their own: one ends at its first crash, and the next goes on."""
    row, begun = Hunted(name), time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        while (left := seconds - (time.monotonic() - begun)) > 1:
            status = _hunt_in_a_child(name, folder, left)
            said = (folder / "said").read_bytes()
            counted = [int(n) for n in EXECUTED.findall(said)] or [int(n) for n in PROGRESS.findall(said)] or [0]
            row.inputs += max(counted)
            row.peak_mb = max([row.peak_mb, *(int(n) for n in PEAK.findall(said))])
            with contextlib.suppress(OSError, ValueError):
                row.slowest_ms = max(row.slowest_ms, float((folder / "slowest").read_text()))
            found = [path for path in folder.iterdir() if path.name.startswith(("crash-", "timeout-", "oom-"))]
            for path in found:
                (CORPUS / name).mkdir(parents=True, exist_ok=True)
                path.rename(CORPUS / name / path.name[:24])
            row.crashes += len(found)
            if found or status:
                sys.stderr.write(_why(said.decode("utf-8", "replace")))
            if not found:
                break
    row.seconds = round(time.monotonic() - begun, 1)
    return row


def _hunt_in_a_child(name: str, folder: Path, seconds: float) -> int:
    """Fork, so that the house is prepared once for all targets; the child's exit status."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with (folder / "said").open("wb") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    status = 1
    try:
        _hunt_here(name, folder, seconds)
        status = 0
    except SystemExit as ended:
        status = int(ended.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)  # what the parent holds is the parent's to close


def _why(said: str) -> str:
    at = said.find("Uncaught Python exception")
    return said[at : at + 3_000] if at >= 0 else said[-1_500:]


def _hunt_here(name: str, folder: Path, seconds: float) -> None:
    import atheris

    from tests.fuzz.targets import MOST_BYTES, TARGETS, feed

    target, slowest, note = TARGETS[name], 0.0, folder / "slowest"

    def one(data: bytes) -> None:
        nonlocal slowest
        begun = time.process_time()
        feed(target, data)
        took = time.process_time() - begun
        if took > slowest:
            slowest = took
            note.write_text(f"{1000 * took:.2f}")

    begin = folder / "begin"
    begin.mkdir(exist_ok=True)
    for n, seed in enumerate(target.seeds):
        (begin / f"seed-{n}").write_bytes(seed)
    words = folder / "words"
    words.write_text("".join(_quoted(word) for word in target.words or (b"0",)))
    known = [str(CORPUS / name)] if (CORPUS / name).is_dir() else []
    limits = [
        f"-max_total_time={max(1, int(seconds))}",
        f"-timeout={SLOWEST_INPUT}",
        f"-rss_limit_mb={MOST_MEMORY}",
        f"-max_len={MOST_BYTES}",
    ]
    atheris.Setup(
        [
            sys.argv[0],
            *limits,
            f"-dict={words}",
            f"-artifact_prefix={folder}{os.sep}",
            "-print_final_stats=1",
            str(begin),
            *known,
        ],
        one,
    )
    atheris.Fuzz()


def _quoted(word: bytes) -> str:
    """A word of libFuzzer's dictionaries."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n'


def _keep(rows: list[Hunted]) -> None:
    kept = {row["target"]: row for row in json.loads(FIGURES.read_text())["targets"]} if FIGURES.exists() else {}
    for row in rows:
        if row.inputs >= kept.get(row.target, {"inputs": 0})["inputs"] or row.crashes:
            kept[row.target] = asdict(row)
    targets = [kept[name] for name in sorted(kept)]
    told = {
        "inputs": sum(row["inputs"] for row in targets),
        "crashes": sum(row["crashes"] for row in targets),
        "targets": targets,
    }
    FIGURES.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
