"""One process of the campaign: machines until the steps are done, or one of them fails."""

from __future__ import annotations

import re
import traceback
from dataclasses import asdict, dataclass, field

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.reporting import with_reporter
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.model.machine import Flow
from tests.model.post import Apart

STEPS_OF_A_MACHINE = 200
MACHINES_AT_ONCE = 20
"""Machines of one seed; a failing one can be run again, and is shrunk, alone. The first of each seed is the simplest hypothesis can think
of, one rule over and over: with few machines a large part of all steps would be such."""


@dataclass
class Tally:
    """What was done, and what was found: each violation with the seed and the steps that show it."""

    steps: int = 0
    examples: int = 0
    violations: list[dict[str, object]] = field(default_factory=list)

    def plain(self) -> dict[str, object]:
        return asdict(self)


def settled(examples: int, steps: int, *, shrink: bool = True) -> settings:
    """Hypothesis as it is used here: it never gives up for slowness and keeps nothing."""
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=phases,
    )


def run_seed(
    number: int, *, examples: int, steps: int, machine: type[RuleBasedStateMachine] = Flow, shrink: bool = True
) -> dict[str, object] | None:
    """Run machines of one seed; a violation as its error and the steps that lead there, with ``shrink`` as short as they could be
    made, which takes minutes."""
    said: list[str] = []
    try:
        with with_reporter(lambda text: said.append(str(text))):
            run_state_machine_as_test(seed(number)(machine), settings=settled(examples, steps, shrink=shrink))
    except Exception as error:
        notes = "\n".join(getattr(error, "__notes__", ()))
        printed = "\n".join(said) + "\n" + notes
        told = re.findall(r"^state\..*$", printed, re.MULTILINE)
        acts = [line for line in told if not line.startswith(("state.both_wings", "state.counted", "state.teardown"))]
        where = traceback.extract_tb(error.__traceback__)
        ours = [
            f"{frame.filename.rpartition('/tests/model/')[2]}:{frame.lineno}"
            for frame in where
            if "/tests/model/" in frame.filename
        ]
        return {
            "machine": machine.__name__,
            "seed": number,
            "error": f"{type(error).__name__}: {error}"[:1500],
            "at": ours[-1:],
            "steps": acts,
        }
    return None


def machine_of(number: int) -> type[RuleBasedStateMachine]:
    """Every fifth pair of seeds runs the wings apart, with a road between them that keeps no order."""
    return Apart if number % 10 >= 8 else Flow


def run_share(first_seed: int, steps: int, stride: int) -> Tally:
    """Seeds ``first_seed``, + ``stride`` ... until ``steps`` steps were taken over all machines of this process."""
    tally = Tally()
    number = first_seed
    while tally.steps < steps:
        before = Flow.steps
        found = run_seed(number, examples=MACHINES_AT_ONCE, steps=STEPS_OF_A_MACHINE, machine=machine_of(number), shrink=False)
        if found:
            tally.violations.append(found)
            if len(tally.violations) >= 5:
                break
        tally.steps += Flow.steps - before
        tally.examples += MACHINES_AT_ONCE
        number += stride
    return tally
