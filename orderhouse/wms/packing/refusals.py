"""What the pack bench says no to."""

from __future__ import annotations

from orderhouse.kernel.errors import Refusal


class NothingToPack(Refusal):
    """No unit of the order is in a tote."""

    sentence = "Order {order} ({release}) has nothing picked to pack; it is {state}."
    remedy = "Wait until it is picked."


class ParcelNotOpen(Refusal):
    """The parcel is closed, or gone."""

    sentence = "Parcel {sscc} is {state}."
    remedy = "Open another parcel for this order, or unpack this one first."


class WrongItem(Refusal):
    """This does not belong into this parcel."""

    sentence = "{sku} does not belong to order {order}: expected {expected}."
    remedy = "Set it aside and scan the next unit from the tote."


class NotInTote(Refusal):
    """More than the tote holds."""

    sentence = "{quantity} of {sku} are more than the {held} picked for order {order} in {tote}."
    remedy = "Check the tote; expected now: {expected}."


class UnitsLeft(Refusal):
    """Something picked is in no parcel."""

    sentence = "Order {order} is not packed: {left} still in a tote."
    remedy = "Pack them into this parcel or another, then close."


class EmptyParcel(Refusal):
    """A parcel with nothing in it does not leave."""

    sentence = "Parcel {sscc} is empty."
    remedy = "Pack something into it, or leave it open."
