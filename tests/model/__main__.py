"""The campaign: the model against the house for very many steps.

    python -m tests.model [--steps 100000] [--jobs 2] [--seed N] [--to docs/figures/model.json]

Every process works in a database of its own. A violation is told with its seed and the steps that lead to it;
``--again SEED`` runs one seed alone and looks for fewer steps, for some minutes. Ends with 1 where anything was violated.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import sys
import time
from pathlib import Path

from tests.model.process import begin, share

ROOT = Path(__file__).parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--seed", type=int, default=None, help="of the first machines; drawn if not given")
    parser.add_argument(
        "--again", type=int, metavar="SEED", help="run this seed alone and show what it finds, in as few steps as can be"
    )
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "figures" / "model.json")
    asked = parser.parse_args()
    if asked.again is not None:
        return _again(asked.again)
    first = random.randrange(10**6) if asked.seed is None else asked.seed
    print(f"seed {first}, {asked.steps} steps, {asked.jobs} processes", flush=True)
    began = time.monotonic()
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    processes = [
        context.Process(target=share, args=(first + n, -(-asked.steps // asked.jobs), asked.jobs, answers))
        for n in range(asked.jobs)
    ]
    for process in processes:
        process.start()
    tallies = [answers.get() for _ in processes]
    for process in processes:
        process.join()
    violations = [found for tally in tallies for found in tally["violations"]]
    told = {
        "steps": sum(tally["steps"] for tally in tallies),
        "examples": sum(tally["examples"] for tally in tallies),
        "violations": len(violations),
        "seed": first,
        "minutes": round((time.monotonic() - began) / 60, 1),
    }
    for found in violations:
        print(f"\nseed {found['seed']} ({found['machine']}): {found['error']}\n  " + "\n  ".join(found["steps"]), flush=True)
    print(json.dumps(told))
    asked.to.write_text(json.dumps(told | ({"found": violations} if violations else {}), indent=1) + "\n")
    return 1 if violations else 0


def _again(number: int) -> int:
    begin()
    from tests.model.campaign import MACHINES_AT_ONCE, STEPS_OF_A_MACHINE, machine_of, run_seed

    found = run_seed(number, examples=MACHINES_AT_ONCE, steps=STEPS_OF_A_MACHINE, machine=machine_of(number))
    print(json.dumps(found, indent=1) if found else "nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
