"""Time-based one-time passwords (RFC 6238 over RFC 4226: SHA-1, six digits, steps of 30 seconds), as authenticator apps make them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
"""As long as the hash, as RFC 4226 recommends (section 4)."""
DRIFT = 1
"""Steps a clock may be early or late."""


def new_secret() -> bytes:
    """A fresh secret for one person's app."""
    return secrets.token_bytes(SECRET_BYTES)


def step_at(at: datetime) -> int:
    """The number of the step a moment falls into."""
    return int(at.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of one step."""
    digest = hmac.new(secret, step.to_bytes(8), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def step_of_code(secret: bytes, code: str, *, at: datetime, after: int = -1) -> int | None:
    """The step whose code this is, of those that may be shown now and come after step ``after``; None where it is none's.

    A caller that keeps the answer and passes it as ``after`` next time refuses a code seen once (RFC 6238, section 5.2).
    """
    now, found = step_at(at), None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(code_of(secret, step).encode(), code.encode()) and step > after:
            found = step
    return found


def as_text(secret: bytes) -> str:
    """The secret as people type it: base 32 without padding."""
    return base64.b32encode(secret).decode().rstrip("=")


def address(secret: bytes, *, account: str, issuer: str) -> str:
    """What the QR code says: an ``otpauth:`` address every authenticator app reads."""
    query = urlencode(
        {"secret": as_text(secret), "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP_SECONDS}
    )
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"
