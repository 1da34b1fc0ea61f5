"""The dock's office: announces trucks to the warehouse and books what came off them, by the API."""

from __future__ import annotations

from tests.faults.clients import Answer, Client
from tests.faults.house import NODE, SKUS
from tests.faults.journal import Entry
from tests.faults.plan import Command
from tests.faults.proxy import Trouble


class Dock(Client):
    """Its journal knows the kind goods: units of one item on a receipt of its own."""

    side = "wms"

    def do(self, command: Command) -> None:
        id, rng = f"{self.name}-{command.number}", command.rng()
        facts = {"receipt": f"R-{command.number}", "sku": SKUS[command.number % len(SKUS)], "quantity": rng.randint(20, 120)}
        self.journal.intend(id, "goods", **facts)
        trouble = Trouble(cut_down=rng.randint(1, 100)) if rng.random() < 0.3 else Trouble()
        self.journal.answered(id, *self._book(id, facts, trouble))
        if trouble.cut_down:
            self.tally.add("answer cut")

    def retry(self, entry: Entry) -> Answer:
        return self._book(entry.id, entry.facts, Trouble())

    def _book(self, id: str, facts: dict[str, object], trouble: Trouble) -> Answer:
        number = facts["receipt"]
        line = {"sku": facts["sku"], "quantity": facts["quantity"]}
        announced = {"receipt": number, "node": NODE, "supplier": "Maker", "expected_at": "2026-12-01T08:00:00Z", "lines": [line]}
        for _ in range(3):
            if self.tell("POST", "/receipts", [announced])[0] // 100 in (2, 4):
                break
        else:
            return 0, "not announced"
        answer = self.tell("POST", f"/receipts/{number}/goods?node={NODE}", {"goods": [line]}, key=id, trouble=trouble)
        if answer[0] == 200:
            self.tell("POST", f"/receipts/{number}/close?node={NODE}", {}, key=f"{id}-close")
        return answer
