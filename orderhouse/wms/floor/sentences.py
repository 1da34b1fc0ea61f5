"""Every sentence the floor says to an operator, in one place: short, in the words painted on bins and totes."""

from __future__ import annotations

# ── any flow ─────────────────────────────────────────────────────────────────────────────────────────────────────────
EXPECTED_BIN = "Expected bin {expected}, scanned {scanned}."
EXPECTED_ITEM = "Expected {expected}, scanned {scanned}."
EXPECTED_LOT = "Expected lot {expected} of {sku}, scanned lot {scanned}."
EXPECTED_TOTE = "Expected a tote, scanned {scanned}."
EXPECTED_A_BIN = "Expected a bin, scanned {scanned}."
UNKNOWN_COMMAND = "{command} means nothing here. You can say {allowed}."
NO_ITEM_HAS_IT = "No item has the barcode {scanned}. Lay it aside."
QUANTITY_BELOW_ONE = "{quantity} is no quantity. Count at least 1."
QUANTITY_BELOW_ZERO = "{quantity} is no quantity. Count 0 or more."
NOTHING_TO_UNDO = "Nothing to undo: what is done stands in the books."
UNDONE = "Undone. Count again."
BOOKED = "That is in the books and something happened since: it cannot be undone here."
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
STOP_PUT_BACK = "Put the {counted} × {sku} in your hand back into bin {bin} and scan it."
STOP_IN_TOTE = "Leave what is in tote {tote}: a put-back task brings it to its bin."
STOP_LEFT_IN_TOTE = "Leave the {counted} × {sku} in tote {tote}: a put-back task brings them to bin {bin}."
STOP_NOT_FREE = "{missing} of them are promised to another order: lay those back into their bin now. The manager is told."
BACK_FIRST = "First put the {counted} × {sku} of the cancelled order back into bin {bin} and scan it, or a tote to leave them in."
BACK_TOO_MANY = "Only {quantity} × {sku} of the cancelled order were to be picked; with this it would be {counted}."
BACK_UNDONE = "Undone: lay the {counted} × {sku} of the cancelled order back into bin {bin}. {next}"
BACK_IN_BIN = "{counted} × {sku} are back in bin {bin}. {next}"
LEFT_IN_TOTE = "{counted} × {sku} are in tote {tote}: a put-back task brings them to bin {bin}. {next}"
PICK_UNDONE = "Taken back: {quantity} × {sku} from tote {tote} belong into bin {bin} again. Pick again."
UNDO_SHORT = "A short cannot be undone: the bin is corrected already. Found some after all? Tell the manager, or count the bin."
UNDO_CANCELLED = "Order {order} is cancelled: its put-back task brings the goods to their bin."
UNDO_TOUR_DONE = "The tour is done and closed: set the tote aside at packing, and tell the manager."
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
WEIGHT_OFF = "Expected about {grams} g, read {read} g. Check the contents, then close again with the same weight."
CARTON_CHOSEN = "Carton {carton}. {next}"
NO_CARTON_FITS = "What is checked does not go into carton {carton}: scan a larger one."
BOX_FULL = "Parcel {box} of order {order} is full with {units}. Go on with the next."
BOX_OPEN = "Parcel {box} is open again."
CHECK_ON = "Still to check: {missing}."
BOX_EMPTY = "Nothing is in this parcel yet: check a unit first."
ONE_LESS = "Taken out again: {quantity} × {sku}. {checked} of {units} checked."
PARCEL_IS_CLOSED = "The parcel of order {order} is closed: unpack it at the packing station."
PARCELS_CLOSED = "{count} parcels of order {order} are closed. Scan the next tote."
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
RECEIVED_STANDS = (
    "{quantity} × {sku} are received and told: they may be promised already. Too many? Let the receipt close, then count the bin."
)

# ── put away ─────────────────────────────────────────────────────────────────────────────────────────────────────────
SCAN_AN_ITEM = "Scan an item on the dock, or a tote to put back."
NOTHING_TO_PUT_AWAY = "No {sku} is waiting to be put away{where}."
PUT_BY_ANOTHER = "Badge {badge} has put away the {quantity} × {sku}{where} already."
TOTE_DONE_BY_ANOTHER = "Nothing in {tote} is to be put back: badge {badge} has done it already."
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
PUT_UNDONE = "Undone: {quantity} × {sku} belong to {source} again."
UNDO_PUT_BACK = "{sku} was put back for a cancelled order and is free for others already: move it if it lies wrong."
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
COUNT_THIS_BIN = "Bin {bin}: scan each item in it and count it, then !done. Nothing there: !empty."
THIS_BIN_COUNTED = "Bin {bin} is counted. Scan the next bin."
THIS_BIN_ALREADY = "{sku} is counted here already: !undo if it was wrong."
NO_SUCH_BIN_TO_COUNT = "There is no bin {bin} here."
SET_ASIDE_COUNT = "The last count is set aside: count {what} in bin {bin} again."

# ── move ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
MOVE_SOURCE = "Scan the bin or tote to take from."
MOVE_ITEM = "{source}: scan what you take."
MOVE_UNKNOWN_PLACE = "There is no bin or tote {scanned}."
MOVE_NOTHING_THERE = "{source} holds nothing that may be moved."
MOVE_NOT_THERE = "The book has no {sku} in {source}: it holds {holds}. If it lies there, count the bin."
MOVE_NOT_FREE = "Only {free} × {sku} in {source} may be moved: {taken}."
MOVE_ALLOCATED = "{units} are picked for orders soon"
MOVE_ON_TASK = "{units} wait to be put away"
MOVE_WHICH_LOT = "{source} holds {sku} of lots {lots}: scan or type the lot."
MOVE_NO_LOT = "{source} holds no lot {scanned} of {sku}: expected {lots}."
MOVE_COUNTED = "{counted} × {sku}. Scan more, or the bin to put it into."
MOVE_OTHER_ITEM = "First put the {counted} × {sku} into a bin, or !undo."
MOVE_SAME_PLACE = "That is where it came from: scan another bin."
MOVED = "{quantity} × {sku} moved from {source} to bin {bin}."
MOVE_UNDONE = "Undone: {quantity} × {sku} are in {source} again, bring them there."

# ── look up ──────────────────────────────────────────────────────────────────────────────────────────────────────────
LOOK_UP = "Scan anything: a bin, an item, a lot, a tote, a parcel, an order, a badge."
LOOK_NOTHING = "Nobody here knows {scanned}."
LOOK_BIN = "Bin {code}: {what}."
LOOK_UNIT = "{kind} {code}: {what}."
LOOK_ITEM = "{sku} {name}: {what}."
LOOK_ORDER = "Order {code} is {what}."
LOOK_RECEIPT = "Receipt {code} is {what}."
LOOK_BADGE = "Badge {code}: {what}."

# ── what the first screen of a session says, by flow and state ───────────────────────────────────────────────────────
START = {
    ("pick", "bin"): GO_TO_BIN,
    ("pick", "item"): AT_BIN,
    ("pick", "tote"): "Scan the tote of order {order}.",
    ("pick", "back"): BACK_FIRST,
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
    ("move", "source"): MOVE_SOURCE,
    ("move", "item"): MOVE_ITEM,
    ("move", "lot"): "{source} holds several lots of {sku}: scan or type the lot.",
    ("move", "bin"): MOVE_COUNTED,
    ("lookup", "look"): LOOK_UP,
}
