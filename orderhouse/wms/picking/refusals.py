"""What a picker is told when it cannot be done."""

from __future__ import annotations

from orderhouse.kernel.errors import Refusal


class TourTaken(Refusal):
    """One tour, one picker."""

    sentence = "Tour {tour} is walked by {badge}."
    remedy = "Take another tour, or ask {badge} to hand it over."


class OnAnotherTour(Refusal):
    """One picker, one tour."""

    sentence = "Badge {badge} walks tour {other}, so it cannot start tour {tour}."
    remedy = "Finish tour {other} first."


class TourNotReady(Refusal):
    """The wave is not released, or all is picked."""

    sentence = "Tour {tour} cannot be started: {why}."
    remedy = "Take another tour."


class TaskTaken(Refusal):
    """Two pickers, one task: the other was first."""

    sentence = "{badge} has this pick of {sku} at {location} ({state})."
    remedy = "Go on with your next pick."


class TaskNotStarted(Refusal):
    """A pick belongs to a started tour."""

    sentence = "The pick of {sku} at {location} is on tour {tour}, which nobody has started."
    remedy = "Start the tour first."


class PickDone(Refusal):
    """The task is finished."""

    sentence = "The pick of {sku} at {location} is {state} already."
    remedy = "Go on with your next pick."


class PickedTooMany(Refusal):
    """More than the task asks."""

    sentence = "{quantity} of {sku} are too many: {open} are to be picked at {location}."
    remedy = "Put {over} back into {location}."


class WrongTote(Refusal):
    """The tote carries something else, or is none."""

    sentence = "{tote} cannot take order {order}: {why}."
    remedy = "Scan a free tote, or the one that carries order {order}."


class ShortTooMany(Refusal):
    """Nothing is short."""

    sentence = "{found} of {sku} found at {location} is no shortage: the pick asks {quantity}, of which {picked} are in the tote."
    remedy = "Confirm the pick instead, or say fewer."
