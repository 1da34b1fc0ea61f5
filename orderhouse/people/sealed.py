"""Small secrets that must be read back, sealed under a key derived from the house's SECRET_KEY: a copy of the database alone
opens none of them. (A hash will not do where a code has to be computed from the secret.)

HMAC-SHA-256 as a pseudo-random function in counter mode, then a MAC over the label, nonce and ciphertext, under two keys of
their own: encrypt-then-MAC from the standard library. ``label`` ties a sealed text to the row it belongs to.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings

NONCE, TAG = 16, 32


class Unsealable(Exception):
    """The text was sealed under another key or for another row, or somebody changed it."""


def seal(secret: bytes, *, label: str) -> bytes:
    """The secret, unreadable without the house's key."""
    nonce = secrets.token_bytes(NONCE)
    hidden = _mask(secret, nonce)
    return nonce + hidden + _tag(label, nonce + hidden)


def unseal(sealed: bytes, *, label: str) -> bytes:
    """The secret again. Raises Unsealable."""
    body, tag = sealed[:-TAG], sealed[-TAG:]
    if not hmac.compare_digest(tag, _tag(label, body)):
        raise Unsealable("sealed under another key or for something else")
    return _mask(body[NONCE:], body[:NONCE])


def _mask(text: bytes, nonce: bytes) -> bytes:
    key, stream = _key("seal"), b""
    while len(stream) < len(text):
        stream += hmac.new(key, nonce + len(stream).to_bytes(8), hashlib.sha256).digest()
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))


def _tag(label: str, body: bytes) -> bytes:
    return hmac.new(_key("tag"), label.encode() + b"\0" + body, hashlib.sha256).digest()


def _key(purpose: str) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), b"orderhouse.people.sealed." + purpose.encode(), hashlib.sha256).digest()
