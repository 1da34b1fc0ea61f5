"""An operator for tests of the pure flows: scans, remembers every step, and holds the flow to its own table."""

from __future__ import annotations

import json
from typing import Any

from orderhouse.wms.floor.barcodes import read
from orderhouse.wms.floor.flows import FLOWS
from orderhouse.wms.floor.flows.effects import Effect
from orderhouse.wms.floor.flows.machine import Answer, State, check_step


class Operator:
    """Works through a flow on given facts, the effects applied as they come."""

    def __init__(self, flow: str, facts: Any, state: State | None = None) -> None:
        self.flow, self.facts = flow, facts
        self.machine = FLOWS[flow]
        self.state = state or self.machine.start(facts)
        self.effects: list[Effect] = []

    def scan(self, text: str, quantity: int | None = None) -> Answer:
        before = json.dumps(self.state)
        step = self.machine.step(self.state, read(text), quantity, self.facts)
        assert json.dumps(self.state) == before, "a step changed the state it was given"
        assert json.loads(json.dumps(step.state)) == step.state, "a state is not plain JSON"
        check_step(self.flow, self.machine.SUCCESSORS, self.state, step.state)
        for effect in step.effects:
            self.machine.apply(self.facts, effect)
        self.effects += step.effects
        self.state = step.state
        return step.answer

    def walk(self, *scans: str | tuple[str, int]) -> Answer:
        """Scans that must all be right; the last answer."""
        answer = None
        for each in scans:
            answer = self.scan(*each) if isinstance(each, tuple) else self.scan(each)
            assert answer.ok, answer.sentence
        assert answer is not None
        return answer

    @property
    def at(self) -> str:
        return str(self.state["at"])
