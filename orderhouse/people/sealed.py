"""Small secrets that must be read back, sealed under a key derived from the house's SECRET_KEY: a copy of the database alone
opens none of them. (A hash will not do where a code has to be computed from the secret.)

HMAC-SHA-256 as a pseudo-random function in counter mode, then a MAC over the label, nonce and ciphertext, under two keys of
their own: encrypt-then-MAC from the standard library. ``label`` ties a sealed text to the row it belongs to.

A key is changed in three steps: the new one becomes SECRET_KEY and the old one a fallback, which still opens what it sealed; ``orderhouse
secrets reseal`` seals everything anew; the fallback goes.
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
    hidden = _mask(settings.SECRET_KEY, secret, nonce)
    return nonce + hidden + _tag(settings.SECRET_KEY, label, nonce + hidden)


def unseal(sealed: bytes, *, label: str) -> bytes:
    """The secret again, sealed under the house's key or one before it. Raises Unsealable."""
    body, tag = sealed[:-TAG], sealed[-TAG:]
    for house_key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if hmac.compare_digest(tag, _tag(house_key, label, body)):
            return _mask(house_key, body[NONCE:], body[:NONCE])
    raise Unsealable("sealed under another key or for something else")


def _mask(house_key: str, text: bytes, nonce: bytes) -> bytes:
    key, stream = _key(house_key, "seal"), b""
    while len(stream) < len(text):
        stream += hmac.new(key, nonce + len(stream).to_bytes(8), hashlib.sha256).digest()
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))


def _tag(house_key: str, label: str, body: bytes) -> bytes:
    return hmac.new(_key(house_key, "tag"), label.encode() + b"\0" + body, hashlib.sha256).digest()


def _key(house_key: str, purpose: str) -> bytes:
    return hmac.new(house_key.encode(), b"orderhouse.people.sealed." + purpose.encode(), hashlib.sha256).digest()
