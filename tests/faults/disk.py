"""A disk that can be filled: a small file system in memory under one database, seen by the rig's own processes alone."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from orderhouse.kernel.postgres import Cluster

_NEW_NAMESPACE = 0x00020000  # CLONE_NEWNS
LARGEST = "4g"


@dataclass
class SmallDisk:
    """Filled by making it no larger than what lies on it."""

    path: Path

    def fill(self) -> None:
        used = shutil.disk_usage(self.path).used
        for room in (0, 64, 256, 1024):  # what is written meanwhile may be in the way
            if _mount("-o", f"remount,size={(used // 4096 + room) * 4}k", str(self.path)):
                return

    def free(self) -> None:
        _mount("-o", f"remount,size={LARGEST}", str(self.path))

    def remove(self) -> None:
        for _ in range(50):
            if subprocess.run(["umount", self.path], capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.1)


def small_disk(path: Path, cluster: Cluster, database: str) -> tuple[SmallDisk | None, str]:
    """Move a database onto a disk of its own; or None, and why it cannot be done here (needs Linux and the right to mount)."""
    if os.geteuid() != 0:
        return None, "mounting a small file system needs root"
    path.mkdir(exist_ok=True)
    if not _mount("-t", "tmpfs", "-o", f"size={LARGEST},mode=0755", "tmpfs", str(path)):
        return None, "this machine lets nobody mount a file system"
    space = path / "tablespace"
    space.mkdir(mode=0o700)
    home = cluster.status().home
    assert home is not None
    owner = (home / "data").stat()
    os.chown(space, owner.st_uid, owner.st_gid)
    with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{space}'".encode())
        connection.execute(f'ALTER DATABASE "{database}" SET TABLESPACE small'.encode())
    return SmallDisk(path), ""


def alone() -> bool:
    """Leave the machine's view of its file systems for a copy of our own, so that what we mount is gone with us."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0 or libc.unshare(_NEW_NAMESPACE) != 0:
        return False
    return _mount("--make-rprivate", "/")


def _mount(*words: str) -> bool:
    return subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0
