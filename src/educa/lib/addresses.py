"""Network addresses: which ones only this machine can reach, and where a request comes from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def is_loopback(host: str) -> bool:
    """Whether a server bound to `host` is out of reach for other machines."""
    name = host.strip().strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def client_address(request: HttpRequest) -> str:
    """Where a request comes from; behind a proxy that we trust, what it saw.

    The proxy appends to X-Forwarded-For, so only its last entry is not the client's own invention.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.EDUCA_PROXY:
        return direct
    said = request.META  # `request.headers` puts all of them together first
    return str(said.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip() or direct


def client_network(request: HttpRequest) -> str:
    """What one client can't easily change: its IPv4 address, or the /64 network of its IPv6 address."""
    address = client_address(request)
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address
