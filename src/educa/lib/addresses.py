"""Network addresses: which ones only this machine can reach."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether a server bound to `host` is out of reach for other machines."""
    name = host.strip().strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
