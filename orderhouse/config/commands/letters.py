"""``orderhouse letters``: what was not delivered or not taken in; replayed or dropped by engineers."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from orderhouse.config.ready import ready, take_writer_number

if TYPE_CHECKING:
    from orderhouse.contract.connections import LetterKey
    from orderhouse.kernel.actors import By


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = subparsers.add_parser("letters", help="letters between the wings and partners").add_subparsers(
        dest="verb", required=True, metavar="VERB"
    )
    listing = verbs.add_parser("list", help="dead and refused letters, or those of one state")
    listing.add_argument("business", metavar="BUSINESS", help="its code")
    listing.add_argument("--state", default="", help="waiting, dead, refused, dropped, published, delivered or done")
    listing.add_argument("--limit", type=int, default=50)
    listing.add_argument("--json", action="store_true", help="print one JSON document a line")
    listing.set_defaults(handler=handle_list)
    replay = verbs.add_parser("replay", help="send dead letters, hand over refused ones again")
    _chosen(replay)
    replay.set_defaults(handler=handle_replay)
    drop = verbs.add_parser("drop", help="give dead or refused letters up for good; they stay listed")
    _chosen(drop)
    drop.add_argument("--reason", required=True, help="why nobody needs them any more")
    drop.set_defaults(handler=handle_drop)
    resend = verbs.add_parser(
        "resend", help="send delivered letters again to a side that was restored from a backup; it takes each once"
    )
    resend.add_argument("business", metavar="BUSINESS", help="its code")
    resend.add_argument(
        "--since",
        required=True,
        metavar="TIME",
        help="the moment of that backup, such as 2026-11-22T03:00Z; earlier does no harm",
    )
    resend.add_argument("--destination", default="", help="oms, node:CODE or channel:CODE (default: all)")
    resend.set_defaults(handler=handle_resend)
    route = verbs.add_parser("route", help="set the route to a wing or channel elsewhere; prints the signing secret, once")
    route.add_argument("business", metavar="BUSINESS", help="its code")
    route.add_argument("destination", metavar="DESTINATION", help="oms, node:CODE, node:* or channel:CODE")
    route.add_argument("url", metavar="URL", help="the other side's /contract/v1/inbox")
    route.add_argument("--secret", default="", help="the secret the other side made; else one is made here")
    route.set_defaults(handler=handle_route)


def _chosen(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("business", metavar="BUSINESS", help="its code")
    parser.add_argument("letters", nargs="*", metavar="SOURCE/ID", help="as the list shows them")
    parser.add_argument("--all", action="store_true", help="every dead and refused letter")
    parser.add_argument("--state", choices=("dead", "refused"), help="with --all: these only")
    parser.add_argument("--destination", default="", help="with --all: of letters to this destination only")


def handle_list(args: argparse.Namespace) -> int:
    by = _by(args.business)
    from orderhouse.contract.connections import letters

    found = [
        letter
        for state in ([args.state] if args.state else ["dead", "refused"])
        for letter in letters(by.tenant_id, state=state, limit=args.limit)
    ]
    for letter in sorted(found, key=lambda each: each.at):
        if args.json:
            print(
                json.dumps({"letter": str(letter.key), **{name: getattr(letter, name) for name in letter.__slots__}}, default=str)
            )
        else:
            print(
                f"{letter.key}\t{letter.state}\t{letter.at:%Y-%m-%d %H:%M:%S}\t{letter.destination}\t{letter.type} {letter.subject}\t{letter.said}"
            )
    return 0


def handle_replay(args: argparse.Namespace) -> int:
    by = _by(args.business)
    from orderhouse.contract.replay_letters import Replayed, portions, replay_letters

    done = Replayed()
    for some in portions(_keys(by, args)):
        done += replay_letters(by=by, letters=some)
    print(f"{done.sent} sent again, {done.taken} taken in, {done.refused} refused once more, {done.failed} failed")
    return 1 if done.refused or done.failed else 0


def handle_drop(args: argparse.Namespace) -> int:
    by = _by(args.business)
    from orderhouse.contract.drop_letters import drop_letters

    print(f"{drop_letters(by=by, letters=_keys(by, args), reason=args.reason)} dropped")
    return 0


def handle_resend(args: argparse.Namespace) -> int:
    from orderhouse.kernel.errors import InvalidInput

    try:
        since = datetime.fromisoformat(args.since)
    except ValueError:
        raise InvalidInput(field="since", reason=f"{args.since!r} is no time", remedy="Write it as 2026-11-22T03:00Z.") from None
    by = _by(args.business)
    from orderhouse.contract.resend_letters import resend_letters

    since = since if since.tzinfo else since.replace(tzinfo=UTC)
    print(f"{resend_letters(by=by, since=since, destination=args.destination)} wait to be sent again")
    return 0


def handle_route(args: argparse.Namespace) -> int:
    by = _by(args.business)
    from orderhouse.contract.routes import set_route

    print(set_route(by=by, destination=args.destination, url=args.url, secret=args.secret))
    return 0


def _by(code: str) -> By:
    ready()
    take_writer_number()
    from orderhouse.catalog.open_business import find_business
    from orderhouse.kernel import clock
    from orderhouse.kernel.actors import By
    from orderhouse.kernel.errors import NotFound

    business = find_business(code)
    if business is None:
        raise NotFound(kind="business", code=code)
    return By(business.tenant_id, "command line", clock.now())


def _keys(by: By, args: argparse.Namespace) -> list[LetterKey]:
    from orderhouse.contract.connections import keys_of, read_key
    from orderhouse.kernel.errors import InvalidInput

    if args.all == bool(args.letters):
        raise InvalidInput(field="letters", reason="name some, or say --all", remedy="See: orderhouse letters list BUSINESS")
    if args.letters:
        return [read_key(text) for text in args.letters]
    return keys_of(by.tenant_id, destination=args.destination, states=(args.state,) if args.state else ("dead", "refused"))
