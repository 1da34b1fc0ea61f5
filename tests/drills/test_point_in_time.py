"""Back to the moment before the disaster: the drill that anybody can run, run here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_way_back_to_a_point_in_time_leads_to_proven_books() -> None:
    drill = [sys.executable, "-m", "tools.drill_pitr"]
    ran = subprocess.run(drill, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "10 movements, 10 wanted; the books hold and the chain of deeds is unbroken" in ran.stdout
