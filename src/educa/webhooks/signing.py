"""Signing what is sent, so that its reader knows where it comes from (Standard Webhooks)."""

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from hashlib import sha256

PREFIX = "whsec_"
LENGTH = 32  # random bytes of a secret


def new_secret() -> str:
    """What deliveries of one webhook are signed with."""
    return PREFIX + b64encode(secrets.token_bytes(LENGTH)).decode()


def signed(secrets: Iterable[str], uid: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that say what is sent, when, and by whom: one signature for each secret.

    What is sent again has the same id, and a new time (seconds since 1970).
    """
    message = f"{uid}.{timestamp}.".encode() + body
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(secret, message) for secret in secrets),
    }


def _signature(secret: str, message: bytes) -> str:
    key = b64decode(secret.removeprefix(PREFIX))
    return "v1," + b64encode(hmac.new(key, message, sha256).digest()).decode()
