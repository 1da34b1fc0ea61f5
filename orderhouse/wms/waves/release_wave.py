"""Let pickers have a wave."""

from __future__ import annotations

from orderhouse.contract.events import Event, record_events
from orderhouse.database import execute, fetch_values, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.wms.waves import store


class WaveNotPlanned(Refusal):
    """A wave is released once."""

    sentence = "Wave {number} is {state} already."
    remedy = "Plan another wave for the orders that still wait."


def release_wave(*, by: By, wave_id: int) -> None:
    """Planned to released: its tours can be started. It is done when every tour is; refuses a wave released before."""
    with unit_of_work(by.tenant_id):
        wave = store.lock_wave(by.tenant_id, wave_id)
        if wave.state != "planned":
            raise WaveNotPlanned(number=wave.number, state=wave.state)
        execute(
            "UPDATE wms_wave SET state = 'released', released_at = %s WHERE tenant_id = %s AND id = %s",
            (by.at, by.tenant_id, wave_id),
        )
        record_events(by=by, events=[Event("wave", wave_id, "wave-released", {"number": wave.number})])
        if not fetch_values(
            "SELECT id FROM wms_tour WHERE tenant_id = %s AND wave_id = %s AND state <> 'done' LIMIT 1", (by.tenant_id, wave_id)
        ):  # every order of it was cancelled while it was planned
            execute(
                "UPDATE wms_wave SET state = 'done', done_at = %s WHERE tenant_id = %s AND id = %s",
                (by.at, by.tenant_id, wave_id),
            )
