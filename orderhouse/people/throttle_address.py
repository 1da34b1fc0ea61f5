"""Addresses that try many accounts: each alone may stay below an account's own limit, so the address has one too."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from django.db import connection

FREE_FAILURES = 20
"""Failures of one address that cost nothing: several people behind one address mistype."""
FORGOTTEN_AFTER = timedelta(minutes=15)
LONGEST_BLOCK = timedelta(minutes=15)


def key_of(address: str) -> str:
    """What an address is counted under: itself, or the /64 an IPv6 address lies in, for its holder has all of it. Empty where
    it is none."""
    try:
        parsed = ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)


def seconds_blocked(address: str, *, at: datetime) -> int:
    """How long this address has to wait, rounded up; 0 where it may try."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT blocked_until FROM people_address WHERE address = %s AND blocked_until > %s", (key_of(address), at)
        )
        row = cursor.fetchone()
    return int((row[0] - at).total_seconds()) + 1 if row else 0


def note_failure(address: str, *, at: datetime) -> None:
    """Count a failure. Twenty within 15 minutes of each other are free; each further one closes the door for 1, 2, 4 ... seconds,
    at most 15 minutes."""
    key = key_of(address)
    if not key:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO people_address AS a (address, failed_attempts, failed_at) VALUES (%s, 1, %s)
               ON CONFLICT (address) DO UPDATE SET failed_at = excluded.failed_at,
                 failed_attempts = CASE WHEN a.failed_at > %s THEN a.failed_attempts + 1 ELSE 1 END
               RETURNING failed_attempts""",
            (key, at, at - FORGOTTEN_AFTER),
        )
        failed = cursor.fetchone()[0]
        if failed > FREE_FAILURES:
            wait = min(timedelta(seconds=2 ** min(failed - FREE_FAILURES - 1, 10)), LONGEST_BLOCK)
            cursor.execute("UPDATE people_address SET blocked_until = %s WHERE address = %s", (at + wait, key))
        elif failed == 1:  # a door that was long quiet: forget the others that are, so that the table stays small
            cursor.execute("DELETE FROM people_address WHERE failed_at < %s", (at - 2 * FORGOTTEN_AFTER,))
