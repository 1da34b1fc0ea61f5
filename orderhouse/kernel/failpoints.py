"""Places where this process may be told to die, so that the fault rig can kill it at the worst moments (``tests/faults``).

``ORDERHOUSE_FAILPOINT=before-commit:7`` kills it with SIGKILL when it comes to ``before-commit`` the seventh time. Read once,
when the process starts; unset, as in every house that is not being tested, a failpoint costs the look into an empty dict.
"""

from __future__ import annotations

import os
import signal

NAMES = ("before-commit", "after-commit", "before-letters", "after-letters", "before-label", "after-label")
"""Around the commit of every unit of work, every POST of letters, every purchase of a label."""


def read(setting: str) -> dict[str, int]:
    """``name[:nth]`` as how often each name may still be passed; empty where nothing is set. Raises ValueError for a name
    that does not exist: a rig that kills nothing would prove nothing."""
    if not setting:
        return {}
    name, _, nth = setting.partition(":")
    if name not in NAMES:
        raise ValueError(f"ORDERHOUSE_FAILPOINT={setting}: {name} is none of {', '.join(NAMES)}")
    return {name: int(nth or 1)}


_left = read(os.environ.get("ORDERHOUSE_FAILPOINT", ""))


def failpoint(name: str) -> None:
    """Die here if it was asked for."""
    if name in _left:
        _left[name] -= 1
        if _left[name] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
