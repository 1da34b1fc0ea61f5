"""What the counting room says no to."""

from __future__ import annotations

from orderhouse.kernel.errors import Refusal


class CountStep(Refusal):
    """A count cannot take this step from where it stands."""

    sentence = "The count of {sku} in {location} is {state}{by_whom}; it cannot become {wanted}."
    remedy = "{mend}"
