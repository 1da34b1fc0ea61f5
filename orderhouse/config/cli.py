"""The command ``orderhouse``: one file for each of its verbs in ``commands/``."""

from __future__ import annotations

import argparse
import logging
import sys

from orderhouse import __version__
from orderhouse.config import commands
from orderhouse.kernel.errors import Refusal


def main(arguments: list[str] | None = None) -> int:
    """Run one command; a refusal is a plain sentence on standard error and exit status 2."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    parser = argparse.ArgumentParser(prog="orderhouse", description="Orders and warehouses in one connected platform.")
    parser.add_argument("--version", action="version", version=f"orderhouse {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in commands.modules():
        command.add_parser(subparsers)
    args = parser.parse_args(arguments)
    try:
        return int(args.handler(args) or 0)
    except Refusal as refusal:
        print(f"orderhouse: {refusal}", file=sys.stderr)
        if refusal.how_to_mend:
            print(f"  {refusal.how_to_mend}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
