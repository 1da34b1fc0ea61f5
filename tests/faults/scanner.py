"""Two workers at the dock with scanners: they put goods away while the network does to their scans what networks do."""

from __future__ import annotations

import time
import uuid
from typing import Any

from tests.faults.clients import Answer, Client
from tests.faults.house import NODE
from tests.faults.journal import Entry
from tests.faults.plan import Command
from tests.faults.proxy import CALM, Trouble

MOST_TASKS = 6


class Scanner(Client):
    """Its journal knows the kind scans: one queue of a device, in the order it was scanned."""

    side = "wms"

    def do(self, command: Command) -> None:
        sheet = None
        for _ in range(100):  # a worker waits for the first screen before walking off
            if (sheet := self._start("S1")) or self.stopped:
                break
            time.sleep(0.2)
        if sheet is None:
            return
        rng, fault = command.rng(), command.fault
        scans = _scans(sheet[1], rng.getrandbits(64))
        if fault == "scanner offline":  # for as long as somebody else needs to do the same work
            other = self._start("S2")
            if other:
                self._queue(command, "other", "S2", other[0], _scans(other[1], rng.getrandbits(64)))
        sent = list(scans)
        if fault == "scans shuffled":
            rng.shuffle(sent)
        trouble = Trouble(cut_down=rng.randint(1, 150)) if fault == "scans' answer cut" else CALM
        id, facts = self._queue(command, "", "S1", sheet[0], sent, trouble)
        if fault in ("scans doubled", "scanner offline"):
            again = [self._pool.submit(self._send, facts) for _ in range(2)]
            for way in again:
                self.journal.answered(id, *way.result())
        if fault:
            self.tally.add(fault)

    def retry(self, entry: Entry) -> Answer:
        return self._send(entry.facts)

    def _start(self, badge: str) -> tuple[str, list[dict[str, Any]]] | None:
        body = {"node": NODE, "badge": badge, "device": f"device-{badge}", "flow": "putaway"}
        status, said = self.tell("POST", "/floor/sessions", body)
        if status != 200:
            return None
        return said["data"]["session"], said["data"]["sheet"]["tasks"][:MOST_TASKS]

    def _queue(
        self, command: Command, mark: str, badge: str, session: str, scans: list[dict[str, Any]], trouble: Trouble = CALM
    ) -> tuple[str, dict[str, Any]]:
        id = f"{self.name}-{command.number}{mark}"
        facts = {"badge": badge, "session": session, "scans": scans}
        self.journal.intend(id, "scans", **facts)
        self.journal.answered(id, *self._send(facts, trouble))
        return id, facts

    def _send(self, facts: dict[str, Any], trouble: Trouble = CALM) -> Answer:
        body = {"badge": facts["badge"], "device": f"device-{facts['badge']}", "scans": facts["scans"]}
        status, said = self.tell("POST", f"/floor/sessions/{facts['session']}/scans", body, trouble=trouble)
        return status, [each["ok"] for each in said["answers"]] if status == 200 else said


def _scans(tasks: list[dict[str, Any]], chance: int) -> list[dict[str, Any]]:
    """Item and bin of each task, then the end; ids as a device makes them."""
    texts: list[str] = []
    source = ""
    for task in sorted(tasks, key=lambda task: task["source"] if task["putback"] else ""):
        if task["putback"] and task["source"] != source:
            source = task["source"]
            texts.append(source if source.isdigit() else f"T.{source}")
        texts += [task["sku"], f"L.{task['bin']}"]
    texts.append("!end")
    return [{"scan_id": str(uuid.UUID(int=(chance << 64) + n)), "text": text} for n, text in enumerate(texts)]
