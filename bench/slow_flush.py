"""A disk that takes longer to flush: PostgreSQL started with its ``fdatasync`` and ``fsync`` slowed by a library made on the spot.

Where there is no C compiler it cannot be simulated, and the rows say so by their absence.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from statistics import median
from time import perf_counter

import psycopg

from bench.ground import Ground
from orderhouse.kernel.postgres.homes import find_home

_SOURCE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
static void wait_a_little(void) { struct timespec t = {0, %(nanoseconds)d}; nanosleep(&t, 0); }
int fdatasync(int fd) {
  static int (*plain)(int); if (!plain) plain = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync"); wait_a_little(); return plain(fd);
}
int fsync(int fd) {
  static int (*plain)(int); if (!plain) plain = (int (*)(int)) dlsym(RTLD_NEXT, "fsync"); wait_a_little(); return plain(fd);
}
"""


def slow_down(ground: Ground, *, ms: float) -> float | None:
    """Start the cluster again with every flush taking ``ms`` longer; the milliseconds a small commit then takes, None where it cannot be
    done here. Nobody may be connected."""
    library = _library(ground, ms)
    if library is None:
        return None
    ground.restart(environment={"LD_PRELOAD": str(library)})
    loaded = library.name in Path(f"/proc/{ground.postmaster}/maps").read_text()
    return round(_commit_ms(ground), 2) if loaded else None


def _library(ground: Ground, ms: float) -> Path | None:
    compiler = shutil.which("cc") or shutil.which("gcc")
    home = find_home(ground.state)
    if not compiler or not home:
        return None
    source, library = home.path / "slow_flush.c", home.path / "slow_flush.so"
    source.write_text(_SOURCE % {"nanoseconds": int(ms * 1e6)})
    done = subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=False, capture_output=True)
    if done.returncode:
        return None
    library.chmod(0o755)
    return library


def _commit_ms(ground: Ground, tries: int = 30) -> float:
    taken = []
    with psycopg.connect(ground.admin_url("postgres"), autocommit=True) as admin:
        admin.execute("CREATE TABLE IF NOT EXISTS commits (n int)")
        for n in range(tries):
            begun = perf_counter()
            admin.execute("INSERT INTO commits VALUES (%s)", (n,))
            taken.append(1000 * (perf_counter() - begun))
    return median(taken)
