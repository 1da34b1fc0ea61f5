"""Files that only their owner may read, owned by whoever owns the directory: root may help out in a user's directory."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def open_private(file: Path, flags: int) -> int:
    """A descriptor of ``file``, made with mode 0600 where it is missing."""
    try:
        return os.open(file, flags)
    except FileNotFoundError:
        descriptor = os.open(file, flags | os.O_CREAT, 0o600)
        if os.geteuid() == 0:
            keeper = file.parent.stat()
            os.fchown(descriptor, keeper.st_uid, keeper.st_gid)
        return descriptor


def write_private(file: Path, text: str) -> None:
    """Write a file, whole or not at all."""
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = open_private(fresh, os.O_WRONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(descriptor)
    fresh.rename(file)
