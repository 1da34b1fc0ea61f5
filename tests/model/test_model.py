"""A short run of the model; ``make model`` runs it for long."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.model.campaign import settled
from tests.model.machine import Flow
from tests.model.post import Apart


@pytest.mark.parametrize(("machine", "examples"), [(Flow, 4), (Apart, 3)], ids=["in one house", "with a road between"])
def test_the_whole_flow_says_what_a_small_model_of_it_says(machine: type[RuleBasedStateMachine], examples: int) -> None:
    run_state_machine_as_test(machine, settings=settings(settled(examples, 70), derandomize=True))
