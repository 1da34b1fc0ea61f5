"""``python -m tests.faults --faults N --seed S``: a campaign; its result as JSON, exit status 1 where anything is wrong."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from tests.faults import disk


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.faults", description=__doc__)
    parser.add_argument("--faults", type=int, default=500, metavar="N")
    parser.add_argument("--seed", type=int, default=0, help="repeats a run: the same faults and commands (default: by the clock)")
    parser.add_argument("--output", type=Path, default=None, metavar="FILE")
    parser.add_argument("--folder", type=Path, default=None, help="where the cluster, journals and logs lie meanwhile")
    parser.add_argument(
        "--planted", action="store_true", help="plant a loss, a double and a drift at the end; the oracle must see them"
    )
    parser.add_argument(
        "--impatient", action="store_true", help="set clocks ahead at the end instead of waiting for leases to end"
    )
    args = parser.parse_args()
    disk.alone()
    from tests.faults.campaign import run

    seed = args.seed or time.time_ns() % 10**6
    result = run(seed, args.faults, folder=args.folder, impatient=args.impatient, planted=args.planted)
    text = json.dumps(result, indent=2)
    if args.output:
        args.output.write_text(text + "\n")
    print(text)
    return int(bool(result["lost"] or result["doubled"] or result["invariant_violations"]))


if __name__ == "__main__":
    sys.exit(main())
