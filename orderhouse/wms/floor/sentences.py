"""Every sentence the floor says to an operator, in one place: short, in the words painted on bins and totes."""

from __future__ import annotations

# ── any flow ─────────────────────────────────────────────────────────────────────────────────────────────────────────
EXPECTED_BIN = "Expected bin {expected}, scanned {scanned}."
EXPECTED_ITEM = "Expected {expected}, scanned {scanned}."
EXPECTED_LOT = "Expected lot {expected} of {sku}, scanned lot {scanned}."
EXPECTED_TOTE = "Expected a tote, scanned {scanned}."
UNKNOWN_COMMAND = "{command} means nothing here. You can say {allowed}."
NO_ITEM_HAS_IT = "No item has the barcode {scanned}. Lay it aside."
QUANTITY_BELOW_ONE = "{quantity} is no quantity. Count at least 1."
QUANTITY_BELOW_ZERO = "{quantity} is no quantity. Count 0 or more."
NOTHING_TO_UNDO = "Nothing to undo: what is done stands in the books."
UNDONE = "Undone. Count again."
ENDED = "Work ended."
HAS_ENDED = "This work has ended. Start again."
QUANTITY_TOO_LARGE = "{quantity} is no quantity. Was a barcode scanned into it?"
UNKNOWN_TOTE = "There is no tote {scanned}."

# ── pick ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
GO_TO_BIN = "Go to bin {bin}."
AT_BIN = "Bin {bin}. Pick {quantity} × {sku}."
COUNTED = "{counted} of {quantity} × {sku}."
ALL_COUNTED = "{quantity} × {sku}. Now scan the tote of order {order}."
TOO_MANY_TO_PICK = "Only {quantity} × {sku} to pick; with this it would be {counted}."
SCAN_THE_BIN_FIRST = "Go to bin {bin} and scan it first."
SCAN_THE_ITEM_FIRST = "Scan {sku} first, then its tote."
NOT_A_TOTE = "{scanned} is a {kind}, not a tote."
OTHER_ORDERS_TOTE = "Tote {scanned} carries another order. Put this into {expected}."
ORDER_HAS_ITS_TOTE = "Order {order} has tote {expected}: put it there, or scan !full if nothing more fits."
A_FREE_TOTE = "a free tote"
TOTE_IS_FULL = "Scan a free tote: order {order} goes on in it."
NO_TOTE_YET = "Order {order} has no tote yet: scan a free one."
PICKED = "Done. Next bin {bin}."
PICKED_SAME_BIN = "Done. Next {quantity} × {sku} from the same bin."
PUT_PART = "{counted} in tote {tote}. {quantity} more × {sku} to pick."
TOUR_DONE = "Done. Bring the cart to packing."
TOUR_GOES_ON = "More was found elsewhere: go to bin {bin}."
SHORT_FOUND_ALL = "All {quantity} are there: nothing is short."
SHORT_SCAN_TOTE = "Short noted: {quantity} found. Scan the tote of order {order}."
SHORT_NOTED = "Short noted. {next}"
DAMAGED_NOTED = "Lay the damaged ones aside. {next}"
SKIPPED = "Skipped; it comes again at the end. Next bin {bin}."
NOTHING_ELSE = "Nothing else is left to pick: this one cannot be skipped."
IN_HAND_FIRST = "First put the {counted} × {sku} in your hand into a tote, or !undo and lay them back into bin {bin}."
STOP_CANCELLED = "Stop: order {order} is cancelled. {what} {next}"
STOP_PUT_BACK = "Put the {counted} × {sku} in your hand back into bin {bin}."
STOP_IN_TOTE = "Leave what is in tote {tote}: a put-back task brings it to its bin."
STOP_NOTHING = "Nothing of it is in your hand."
STOP_TAKE_NOTHING = "Take nothing from bin {bin} for it, and put back what you took."
STOP_FEWER = "Stop: order {order} now takes {quantity} × {sku}. Put {back} back into bin {bin}."
PICKED_BY_ANOTHER = "Badge {badge} has done this pick already. {next}"
PICK_IS_GONE = "This pick was taken off the tour. {next}"

# ── pack ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
TOTE_IS_EMPTY = "Tote {tote} is empty."
ORDER_STILL_PICKED = "Order {order} is still being picked: {units} to come. Put tote {tote} aside."
STOP_UNPACK = "Stop: order {order} is cancelled. Leave tote {tote} for its put-back task."
PACK_ORDER = "Order {order}: {units} to check."
CHECKED = "{checked} of {quantity} × {sku}."
ALL_CHECKED = "Order {order} is complete. Close the parcel with its weight, about {grams} g."
WRONG_ITEM_TO_PACK = "Order {order} has no {sku}. Lay it aside."
WRONG_LOT_TO_PACK = "Order {order} has no lot {lot} of {sku}. Lay it aside."
TOO_MANY_TO_PACK = "Order {order} takes {quantity} × {sku}; with this it would be {checked}."
CANNOT_CLOSE = "Cannot close order {order}: missing {missing}."
ALSO_ITS_TOTE = "Tote {tote} belongs to order {order} too. Go on."
FINISH_FIRST = "Order {order} is not finished: missing {missing}. Finish it, or scan !skip to set it aside."
CLOSE_FIRST = "Order {order} is complete: close its parcel first."
WEIGHT_BELOW_ONE = "{quantity} g is no weight."
PARCEL_CLOSED = "Parcel of order {order} is closed. Scan the next tote."
SET_ASIDE = "Order {order} is set aside, unpacked. Scan the next tote."
ORDER_CHANGED = "Order {order} has changed: check it from the start."
SCAN_A_TOTE = "Scan a tote."
SCAN_A_TOTE_FIRST = "Scan a tote first."

# ── receive ──────────────────────────────────────────────────────────────────────────────────────────────────────────
SCAN_A_RECEIPT = "Scan a receipt, or !blind for goods nobody announced."
UNKNOWN_RECEIPT = "There is no receipt {scanned}."
RECEIPT_IS_CLOSED = "Receipt {receipt} is closed."
RECEIPT_OPEN = "Receipt {receipt}. Scan the first item."
BLIND_OPEN = "New receipt. Scan the first item."
RECEIVED = "{quantity} × {sku}, {condition}."
ASK_LOT = "{sku} has lots. Scan or type the lot."
BAD_LOT = "{scanned} is no lot number."
ASK_EXPIRY = "Lot {lot} of {sku}: when does it expire? Year-month-day."
BAD_EXPIRY = "{scanned} is no date. Type it as 2027-03-31."
ASK_SERIAL = "{sku} has serial numbers. Scan the unit's own."
ONE_SERIAL = "{sku} has serial numbers: scan each unit by itself."
NEXT_IS_DAMAGED = "The next item counts as damaged."
NEXT_IS_GOOD = "The next item counts as good."
NOTHING_STRANGE = "Scan the goods nobody knows first."
STRANGE_NOTED = "{quantity} × {scanned} noted as unknown. Lay it aside."
RECEIPT_CLOSED = "Receipt {receipt} is closed."

# ── put away ─────────────────────────────────────────────────────────────────────────────────────────────────────────
SCAN_AN_ITEM = "Scan an item on the dock, or a tote to put back."
NOTHING_TO_PUT_AWAY = "No {sku} is waiting to be put away{where}."
IN_TOTE = " from {tote}"
TOTE_TO_PUT_BACK = "Tote {tote}: {tasks} to put back. Scan an item."
NOTHING_IN_TOTE = "Nothing in {tote} is to be put back."
TAKE_TO_BIN = "{quantity} × {sku} to bin {bin}."
UNKNOWN_BIN = "There is no bin {scanned}."
NOT_A_BIN = "{scanned} is no bin."
OTHER_BIN = "Expected bin {expected}, scanned {scanned}. Scan {scanned} again to put it there."
TOO_MANY_TO_PUT = "Only {left} × {sku} to put away, not {quantity}."
PUT = "{quantity} × {sku} in bin {bin}. Scan the next item."
PUT_SOME = "{quantity} in bin {bin}. {left} more × {sku} to bin {suggested}."
LEFT_THERE = "{sku} stays where it is. Scan another item."

# ── count ────────────────────────────────────────────────────────────────────────────────────────────────────────────
SCAN_A_BIN = "Scan a bin."
NOTHING_TO_COUNT = "Nothing is to be counted in bin {bin}."
COUNT_THE_BIN = "Bin {bin}: scan the item and count it. Nothing there: !empty."
NOT_TO_COUNT = "{sku} is not to be counted in bin {bin}."
COUNTING = "{counted} × {sku} so far. Scan on, or !done."
COUNT_NOTED = "{counted} × {sku} noted. {next}"
BIN_EMPTY_NOTED = "Bin {bin} is noted as empty. Scan the next bin."
NEXT_IN_BIN = "Scan the next item of bin {bin}."
COUNT_IN_HAND = "Finish counting {sku} first: !done, or !undo."

# ── what the first screen of a session says, by flow and state ───────────────────────────────────────────────────────
START = {
    ("pick", "bin"): GO_TO_BIN,
    ("pick", "item"): AT_BIN,
    ("pick", "tote"): "Scan the tote of order {order}.",
    ("pick", "done"): TOUR_DONE,
    ("pack", "tote"): SCAN_A_TOTE,
    ("pack", "unit"): "Order {order}: {checked} of {units} units checked.",
    ("pack", "close"): "Order {order} is complete. Close the parcel with its weight, about {grams} g.",
    ("receive", "receipt"): SCAN_A_RECEIPT,
    ("receive", "item"): "Receipt {receipt}. Scan an item.",
    ("receive", "lot"): ASK_LOT,
    ("receive", "serial"): ASK_SERIAL,
    ("receive", "expiry"): "When does this lot of {sku} expire? Year-month-day.",
    ("putaway", "item"): SCAN_AN_ITEM,
    ("putaway", "bin"): TAKE_TO_BIN,
    ("count", "bin"): SCAN_A_BIN,
    ("count", "item"): COUNT_THE_BIN,
    ("count", "count"): COUNTING,
}
