"""What the shipping desk says no to."""

from __future__ import annotations

from orderhouse.kernel.errors import Refusal


class LabelFailed(Refusal):
    """No label yet; the parcel stays packed."""

    sentence = "Parcel {sscc} has no label: {why}"
    remedy = "Print again: what was bought already is found, not paid twice."
    status = 503


class ParcelNotPacked(Refusal):
    """Only a packed parcel gets a label."""

    sentence = "Parcel {sscc} is {state}."
    remedy = "Close it first, or unpack it."


class ParcelNotLabelled(Refusal):
    """Nothing leaves without a label."""

    sentence = "Parcel {sscc} is {state}, without a label."
    remedy = "Print its label first."


class AlreadyShipped(Refusal):
    """It has left."""

    sentence = "Parcel {sscc} has left the building."
    remedy = "Ask the carrier to intercept it, or expect a return."


class NothingToManifest(Refusal):
    """No labelled parcel of that carrier."""

    sentence = "No labelled parcel of {carrier} waits to be handed over."
    remedy = "Print labels first, or choose another carrier."
