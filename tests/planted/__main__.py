"""Plant every bug, one at a time, and see which the tests catch.

    python -m tests.planted [--only NAME ...] [--jobs 2] [--go-on] [--to docs/figures/planted.json]

First every selection of tests runs on the sources as they are: a test that fails there proves nothing later. Then each
bug is planted in a copy of the sources and its tests run there; where they pass, the wider ones.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.planted.bug import Bug, stale
from tests.planted.catalog import BUGS
from tests.planted.scratch import BREAKS, ROOT, Scratch

FIGURES = ROOT / "docs" / "figures" / "planted.json"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a bug: ``caught_by`` names tests; empty where it survived. ``stale`` says why it could not be planted."""

    bug: Bug
    caught_by: tuple[str, ...]
    stale: str
    seconds: float


def judge(bug: Bug, scratch: Scratch, sick: frozenset[str], known: tuple[str, ...] = ()) -> Verdict:
    """Plant one bug and run its tests, then the wider ones, until one fails; failures of tests that are ``sick`` without it
    do not count. ``known`` caught it the last time, and are asked first: that is quicker."""
    began = time.monotonic()
    if why := stale(bug, scratch.root):
        return Verdict(bug, (), why, 0.0)
    caught: frozenset[str] = frozenset()
    with scratch.planted(bug):
        for selection in filter(None, (known, bug.caught_by, bug.wider)):
            caught = scratch.run(selection, enough=1 + len(sick)).failed - sick - {BREAKS}
            if caught:
                break
        if bug.changes_the_schema:
            scratch.drop_template()
    return Verdict(bug, tuple(sorted(caught)[:1]), "", time.monotonic() - began)


def campaign(
    bugs: Sequence[Bug], *, jobs: int, keep: Callable[[Verdict], None] = lambda _: None, tell: Callable[[str], None] = print
) -> list[Verdict]:
    """Judge all, ``jobs`` at a time, each in a copy of its own; ``keep`` is called with each verdict as it is given."""
    if not bugs:
        return []
    folder = Path(tempfile.mkdtemp(prefix="planted-"))
    try:
        scratches = [Scratch(folder / str(n)) for n in range(jobs)]
        free, lock = list(scratches), threading.Lock()
        known = _known(FIGURES)
        tests = sorted({test for bug in bugs for test in bug.caught_by})
        with ThreadPoolExecutor(jobs) as pool:
            parts = [tests[n::jobs] for n in range(jobs)]
            runs = list(
                pool.map(lambda pair: pair[0].run(pair[1]), [(s, part) for s, part in zip(scratches, parts, strict=True) if part])
            )
            sick = frozenset[str]().union(*(run.failed for run in runs))
            tell(
                f"{sum(run.tests for run in runs)} tests look; {len(sick)} of them fail with no bug planted: {', '.join(sorted(sick))}"
            )

            def one(bug: Bug) -> Verdict:
                with lock:
                    scratch = free.pop()
                try:
                    verdict = judge(bug, scratch, sick, known.get(bug.name, ()))
                finally:
                    with lock:
                        free.append(scratch)
                said = (verdict.stale and f"STALE: {verdict.stale}") or ", ".join(verdict.caught_by) or "SURVIVED"
                with lock:
                    keep(verdict)
                tell(f"{verdict.seconds:5.1f} s  {bug.name}: {said}")
                return verdict

            return list(pool.map(one, bugs))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _known(figures: Path) -> dict[str, tuple[str, ...]]:
    """Which tests caught what, the last time bugs were planted; only those that still exist."""
    told = json.loads(figures.read_text())["bugs"] if figures.exists() else []
    return {b["name"]: tuple(t for t in b["caught_by"] if (ROOT / t.partition("::")[0]).is_file()) for b in told}


def figures(verdicts: Iterable[Verdict]) -> dict[str, object]:
    """What is committed: how many were planted, caught and missed, and by which tests."""
    verdicts = sorted((verdict for verdict in verdicts if not verdict.stale), key=lambda v: v.bug.name)
    caught = sum(bool(verdict.caught_by) for verdict in verdicts)
    return {
        "planted": len(verdicts),
        "caught": caught,
        "missed": len(verdicts) - caught,
        "share": round(caught / len(verdicts), 4) if verdicts else 0.0,
        "bugs": [{"name": v.bug.name, "says": v.bug.says, "caught_by": list(v.caught_by)} for v in verdicts],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="bugs whose names begin so")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--go-on", action="store_true", help="do not plant again what the figures say was caught: after a break")
    parser.add_argument("--to", type=Path, help="a JSON file for the figures (docs/figures/planted.json, unless --only)")
    asked = parser.parse_args()
    to = asked.to or (None if asked.only else FIGURES)
    caught = _known(to) if asked.go_on and to else {}
    bugs = [bug for bug in BUGS if not asked.only or bug.name.startswith(tuple(asked.only))]
    verdicts = [Verdict(bug, caught[bug.name], "", 0.0) for bug in bugs if caught.get(bug.name)]
    began = time.monotonic()

    def keep(verdict: Verdict) -> None:
        verdicts.append(verdict)
        if to:
            to.write_text(json.dumps(figures(verdicts), indent=1, ensure_ascii=False) + "\n")

    campaign(
        [bug for bug in bugs if not caught.get(bug.name)], jobs=asked.jobs, keep=keep, tell=lambda line: print(line, flush=True)
    )
    told = figures(verdicts)
    stale_ones = [verdict for verdict in verdicts if verdict.stale]
    print(f"{told['planted']} planted, {told['caught']} caught, {told['missed']} missed, {len(stale_ones)} stale", end="")
    print(f" in {(time.monotonic() - began) / 60:.1f} minutes")
    return 1 if stale_ones or float(str(told["share"])) < 0.95 else 0


if __name__ == "__main__":
    sys.exit(main())
