"""The settings a new cluster is made with; operators change them in ``postgresql.conf`` or by ALTER SYSTEM."""

from __future__ import annotations

import os
import platform
import re
import sys

from orderhouse.kernel.postgres.binaries import Binaries

ALWAYS = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
"""Given on the command line at every start: an acknowledged write is on disk, whatever the configuration file says."""


def settings_for(binaries: Binaries) -> dict[str, str]:
    """Settings by name, sized by this machine's memory: an eighth for shared buffers, 64 to 512 MB, as it is shared.

    ``wal_compression`` stays off since the embedded build has no lz4; ``max_connections`` serves web threads, workers
    and the live process of one machine.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20  # MB
    settings = {
        "shared_buffers": f"{min(512, max(64, memory // 8))}MB",
        "effective_cache_size": f"{min(8192, max(256, memory // 4))}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(256, max(64, memory // 16))}MB",
        "max_connections": "200",
        "max_wal_size": "4GB",
        "min_wal_size": "256MB",
        "wal_compression": "off",
        "random_page_cost": "1.1",
        "jit": "off",
        # A young business grows tenfold between two looks a minute apart, and is planned for as if it were empty meanwhile.
        "autovacuum_naptime": "10s",
        "autovacuum_analyze_threshold": "500",
        "autovacuum_analyze_scale_factor": "0.03",
        "checkpoint_timeout": "15min",
        "max_parallel_workers_per_gather": "1",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        "log_lock_waits": "on",
        "track_io_timing": "on",
        "unix_socket_permissions": "0700",
    }
    if binaries.has_pg_stat_statements:
        settings["shared_preload_libraries"] = "pg_stat_statements"
    if syncs_file_systems_reliably():  # one call instead of one for every file of every database: a quicker crash restart
        settings["recovery_init_sync_method"] = "syncfs"
    return settings


def syncs_file_systems_reliably() -> bool:
    """Linux reports write errors from syncfs since 5.8 (PostgreSQL's documentation of recovery_init_sync_method)."""
    version = re.match(r"(\d+)\.(\d+)", platform.release())
    return sys.platform == "linux" and version is not None and (int(version[1]), int(version[2])) >= (5, 8)
