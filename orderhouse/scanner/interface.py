"""What the scanner's own page says: buttons, bars, pads, and sentences without a network. By key, in the reader's language.

The floor's sentences and screens are the floor's own (``wms.floor.sentences``).
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

EXAMPLES = (1, 2, 3, 5, 0, 6, 11, 100)
"""One number for each way a language may count: the page says a figure in the words of the example that is counted like it."""

Words = dict[str, str | dict[str, str]]


def interface() -> Words:
    """Each text by its key, ``{names}`` still standing in it; one that counts as a text for each of :data:`EXAMPLES`."""
    return _places() | _tools() | _commands() | _steps() | _network() | _people() | _counted()


def _places() -> Words:
    return {
        "flow-pick": _("Pick"),
        "flow-receive": _("Receive"),
        "flow-receive-other": _("Receive other"),
        "flow-putaway": _("Put away"),
        "flow-put-back": _("Put back"),
        "flow-pack": _("Pack"),
        "flow-count": _("Count"),
        "flow-count-here": _("Count this bin"),
        "flow-move": _("Move"),
        "flow-lookup": _("Look up"),
        "go-on": _("Go on: {flow}"),
        "pick-tour": _("Pick {tour}"),
        "receive-receipt": _("Receive {receipt}"),
        "yours-begun": _("yours, begun"),
        "free": _("free"),
        "receipt-announced": _("announced"),
        "receipt-arrived": _("arrived"),
        "receipt-counting": _("counting"),
        "no-tour": _("No tour is waiting. One appears here as soon as a wave is released."),
        "looking-for-tours": _("Looking for tours …"),
        "choose-first": _("Choose the work first, then scan."),
        "to-the-menu": _("To the menu"),
        "sign-out": _("Sign out"),
    }


def _tools() -> Words:
    return {
        "ways-to-scan": _("Ways to scan"),
        "camera": _("Camera"),
        "camera-off": _("Camera off"),
        "camera-light": _("Light"),
        "camera-aim": _("Hold the barcode in the frame."),
        "camera-starts": _("The camera is starting …"),
        "camera-refused": _("The camera is not allowed for this page. Allow it in the browser's settings, or use the scanner."),
        "camera-none": _("There is no camera here."),
        "camera-no-reader": _("The barcode reader cannot start in this browser."),
        "type": _("Type"),
        "type-a-code": _("Type a code"),
        "send": _("Send"),
        "how-many": _("How many"),
        "close": _("Close"),
        "delete": _("Delete"),
        "practice": _("Practice"),
        "scan-it-for-me": _("Scan it for me"),
        "wrong": _("Wrong"),
        "understood": _("Understood"),
        "more": _("More"),
        "help": _("Help"),
        "close-help": _("Close help"),
        "help-scan": _("Scan what the screen asks for: with the scanner, with the camera, or type it as the last resort."),
        "help-tones": _(
            "Green and a high tone: right. Red and two low tones: wrong, nothing happened. Three falling tones: stop and read."
        ),
        "help-short": _("Short: the bin holds fewer than asked. Damaged: some cannot be sold. Both ask how many are good."),
        "help-undo": _("Undo takes the last scan back where nothing followed from it, and says so where something did."),
        "help-offline": _("Without a network go on as ever: scans are kept here and sent in order."),
    }


def _commands() -> Words:
    return {
        "commands": _("Commands"),
        "short": _("Short"),
        "damaged": _("Damaged"),
        "skip": _("Skip"),
        "tote-full": _("Tote full"),
        "undo": _("Undo"),
        "done": _("Done"),
        "bin-done": _("Bin is done"),
        "close-it": _("Close it"),
        "bin-empty": _("Bin is empty"),
        "parcel-full": _("Parcel is full"),
        "nobody-announced": _("Nobody announced it"),
        "unknown-goods": _("Unknown goods"),
        "end-work": _("End this work"),
        "finish": _("Finish"),
        "tap-again": _("Tap again"),
        "bin-first": _("Scan the bin first"),
        "ask-how-many-there": _("How many are there?"),
        "ask-how-many-good": _("How many good ones?"),
        "ask-how-many": _("How many?"),
        "ask-at-once": _("How many at once?"),
        "ask-counted": _("Counted"),
        "ask-weight": _("Weight"),
        "ask-day": _("Year, month, day"),
        "short-found": _("Short: {found} of {quantity} found"),
        "damaged-good": _("Damaged: {good} of {quantity} good"),
        "units-unknown": _("{quantity} unknown"),
        "done-counted": _("Done: {counted}"),
        "close-with": _("Close with {grams} g"),
        "that-is-the-date": _("That is the date"),
        "with-next": _("{quantity} with the next scan"),
    }


def _steps() -> Words:
    return {
        "scan-this": _("Scan {what}"),
        "progress": _("Progress"),
        "progress-stops": _("{stop} of {stops}"),
        "progress-meters": _("{meters} m to go"),
        "progress-units": _("{checked} of {units} units"),
        "progress-came": _("{came} of {expected} came"),
        "counted-of": _("{counted} of {quantity}"),
        "still-to-do": _("Still to do"),
        "to-come": _("{units} to come"),
        "from-place": _("from {place}"),
        "to-count": _("to count"),
        "holds": _("What may be moved"),
        "and-more": _("and {more} more"),
        "and-more-tours": _("and {more} more tours after these"),
        "and-before": _("and {more} before these"),
        "cart": _("The cart"),
        "free-tote": _("free tote"),
        "any-tote": _("any tote"),
        "lot": _("Lot {lot}"),
        "barcode-of-bin": _("Barcode of bin {code}"),
        "barcode-of-item": _("Barcode of {code}"),
        "barcode-of-tote": _("Barcode of tote {code}"),
        "a-badge": _("A badge"),
    }


def _network() -> Words:
    return {
        "working-offline": _("Working offline"),
        "working-offline-waiting": _("Working offline, {count} waiting"),
        "new-work-waits": _("New work needs the network. What you began goes on."),
        "no-network-work": _("No network. New work needs one; what you began goes on."),
        "no-network-step": _("No network, and this step needs it. The scan was not kept: scan again when it is back."),
        "no-network-sign-in": _("No network. Signing in needs one; work you began goes on."),
        "no-network-enroll": _("No network: enroll it where there is one."),
        "kept": _("Kept. It is sent when the network is back."),
        "changed-meanwhile": _("While you were offline things changed. Read it, then go on with this screen."),
        "not-taken": _("Not taken"),
        "conflict-cancelled": _("{order} was cancelled while you were away: {what}"),
        "conflict-order": _("{order}: {what}"),
        "conflict-put-back": _("put back {quantity} × {sku} to {bin}, {scans}"),
        "conflict-in-tote": _("leave what is in tote {tote} for its put-back task, {scans}"),
        "conflict-nothing": _("nothing of it is in your hand, {scans}"),
        "server-said-no": _("The server said no."),
        "page-too-old": _("This page is too old."),
        "reload-it": _("Reload it."),
    }


def _people() -> Words:
    return {
        "scanner": _("Orderhouse Scanner"),
        "not-enrolled": _(
            "This device is not enrolled yet. A warehouse manager signs in on it once; after that a badge is enough."
        ),
        "sign-in-to-enroll": _("Sign in to enroll it"),
        "cannot-enroll": _("{email} cannot enroll a device: that takes a warehouse manager."),
        "sign-in-else": _("Sign in as somebody else"),
        "works-at": _("It works at"),
        "name-it": _("Name, so that it can be told apart"),
        "name-example": _("Scanner at the dock"),
        "practice-device": _("Practice device"),
        "practice-told": _("with a badge of its own, and a button that scans what is expected"),
        "enroll": _("Enroll this device"),
        "for-any-badge": _("Whoever holds a badge may use it; you can revoke it at any time."),
        "for-one-badge": _("It will work with your badge {badge} only."),
        "scan-your-badge": _("Scan your badge"),
        "your-pin": _("Your PIN"),
        "badge": _("Badge"),
        "pin": _("PIN"),
        "sign-in": _("Sign in"),
        "go-on-as": _("Go on as {email} ({badge})"),
        "practice-badge": _("Practice: scan {badge} for me"),
        "all-scanners": _("All scanners and PINs"),
        "already-you": _("You are signed in, {name}."),
    }


def _counted() -> Words:
    return {
        "scans": _each(lambda n: ngettext("{count} scan", "{count} scans", n)),
        "sending": _each(lambda n: ngettext("Sending {count} scan …", "Sending {count} scans …", n)),
        "online-again": _each(lambda n: ngettext("Online again: {count} scan taken.", "Online again: {count} scans taken.", n)),
        "scans-wait-here": _each(
            lambda n: ngettext(
                "{count} scan still waits here. It must be sent before you hand the scanner over.",
                "{count} scans still wait here. They must be sent before you hand the scanner over.",
                n,
            )
        ),
        "scans-wait-of": _each(
            lambda n: ngettext(
                "{count} scan of badge {badge} still waits here. It goes when {badge} signs in with a network.",
                "{count} scans of badge {badge} still wait here. They go when {badge} signs in with a network.",
                n,
            )
        ),
        "scans-not-taken": _each(lambda n: ngettext("{count} scan was not taken", "{count} scans were not taken", n)),
        "of-it-not-taken": _each(lambda n: ngettext("{count} scan of it was not taken", "{count} scans of it were not taken", n)),
        "open-pick": _each(lambda n: ngettext("{count} pick", "{count} picks", n)),
        "open-receive": _each(lambda n: ngettext("{count} line to come", "{count} lines to come", n)),
        "open-putaway": _each(lambda n: ngettext("{count} task", "{count} tasks", n)),
        "open-pack": _each(lambda n: ngettext("{count} tote", "{count} totes", n)),
        "open-count": _each(lambda n: ngettext("{count} to count", "{count} to count", n)),
        "units": _each(lambda n: ngettext("{count} unit", "{count} units", n)),
        "items": _each(lambda n: ngettext("{count} item", "{count} items", n)),
    }


def _each(text: Callable[[int], str]) -> dict[str, str]:
    return {str(n): text(n) for n in EXAMPLES}
