"""Settings read from the environment, with errors that name the variable."""

import logging
import os
import re
from collections.abc import Collection
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})
USUAL_PORTS = {"http": 80, "https": 443}
LONGEST_NUMBER = 12  # digits; more are a mistake, whatever they say
LABEL = "[a-z0-9_-]{1,63}"
HOST = re.compile(rf"\.?{LABEL}(\.{LABEL})*|\[[0-9a-f:.]+\]", re.IGNORECASE)

names_read: set[str] = set()
"""Every variable that was asked for, so that one which nobody asks for can be pointed out."""


def refuse(name: str, reason: str) -> ImproperlyConfigured:
    """The error for a variable whose value can't be used; the caller raises it."""
    return ImproperlyConfigured(f"{name}: {reason}")


def text(name: str, default: str = "") -> str:
    """The value without surrounding blanks; an empty one counts as not set."""
    names_read.add(name)
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    """Yes or no. Raises ImproperlyConfigured for anything else."""
    value = text(name).lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        raise refuse(name, f"{value!r} is neither yes nor no")
    return value in TRUE


def number(name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
    """A whole number within bounds. Raises ImproperlyConfigured otherwise."""
    value = text(name, str(default))
    digits = value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER
    if not digits or not least <= int(value) <= most:
        raise refuse(name, f"{value!r} is not a whole number from {least} to {most}")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas; empty entries are dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def choices(name: str, default: str, *, among: Collection[str]) -> list[str]:
    """At least one of the words in `among`. Raises ImproperlyConfigured for any other word."""
    chosen = words(name, default)
    unknown = [word for word in chosen if word not in among]
    if unknown or not chosen:
        raise refuse(name, f"{', '.join(unknown) or 'it'!r} is none of {', '.join(among)}")
    return list(dict.fromkeys(chosen))


def hosts(name: str) -> list[str]:
    """Bare host names and addresses. Raises ImproperlyConfigured for a scheme, a port or a path."""
    return [_bare(name, host) for host in words(name)]


def host(name: str, default: str) -> str:
    """The name or address to listen on; one of IPv6 without its brackets."""
    value = text(name, default)
    bare = _bare(name, f"[{value}]" if value.count(":") > 1 and "[" not in value else value)
    return bare.strip("[]")


def _bare(name: str, host: str) -> str:
    if not HOST.fullmatch(host):
        reason = "is no host name; write it without https://, port and path"
        raise refuse(name, f"{host!r} {reason}, and letters other than a-z as xn--")
    return host


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks as in 10.0.0.0/8, or single addresses. Raises ImproperlyConfigured for anything else."""
    try:
        return [ip_network(word) for word in words(name)]
    except ValueError as error:
        raise refuse(name, f"{error}; write a network as 10.0.0.0/8") from None


def made_folder(name: str, path: Path) -> Path:
    """A folder that is there from now on; `name` is the variable that decides where."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refuse(name, f"{error.filename or path}: {error.strerror}") from None
    return path


def folder(name: str, default: Path) -> Path:
    """An absolute path; a leading tilde means the home directory."""
    path = text(name, str(default))
    try:
        return Path(path).expanduser().resolve()
    except (RuntimeError, OSError) as error:
        raise refuse(name, f"{path}: {error}") from None


def prefix(name: str) -> str:
    """The beginning of paths on this site, with a slash at both ends; empty when it is not set.

    Raises ImproperlyConfigured for anything else.
    """
    value = text(name)
    if value and not re.fullmatch(r"/[\w-]+/", value, re.ASCII):
        raise refuse(name, "must look like /protected-media/, with a slash at both ends")
    return value


def time_zone(name: str, default: str) -> str:
    """The name of a time zone that Python knows. Raises ImproperlyConfigured for another."""
    value = text(name, default)
    if value not in available_timezones():
        raise refuse(name, f"{value!r} is no time zone; one looks like Europe/Berlin")
    return value


def log_level(name: str, default: str) -> str:
    """The least severity that is logged. Raises ImproperlyConfigured for an unknown word."""
    value = text(name, default).upper()
    levels = logging.getLevelNamesMapping()
    if value not in levels:
        raise refuse(
            name, f"{value!r} is none of {', '.join(sorted(levels, key=levels.__getitem__))}"
        )
    return value


def sender(name: str, default: str) -> str:
    """A mail address, with or without a name. Raises ImproperlyConfigured for anything else."""
    value = text(name, default)
    local, _, domain = parseaddr(value)[1].rpartition("@")
    if not local or not domain or "\n" in value:
        raise refuse(name, f"{value!r} is no mail address")
    return value


def address(name: str, schemes: Collection[str]) -> SplitResult | None:
    """The URL in a variable, or None when it is not set.

    Raises ImproperlyConfigured when the scheme is not one of `schemes` or the port is no number; the
    reason never repeats the value, which may hold a password.
    """
    value = text(name)
    if not value:
        return None
    try:
        url = urlsplit(value)
        _ = url.port, url.hostname
    except ValueError:
        reason = "its host or port can't be read; in a password, / ? # @ are %2F %3F %23 %40"
        raise refuse(name, reason) from None
    if url.scheme not in schemes:
        raise refuse(name, f"must start with one of {', '.join(sorted(schemes))} and '://'")
    if "://" not in value:
        raise refuse(name, f"must start with {url.scheme}://")
    return url


def site(name: str) -> str:
    """The address that people type, as a browser writes an origin; empty when it is not set.

    Raises ImproperlyConfigured for anything but a scheme, a host and maybe a port.
    """
    url = address(name, USUAL_PORTS)
    if url is None:
        return ""
    more = url.path.strip("/") or url.query or url.fragment or "@" in url.netloc
    host = url.netloc.removesuffix(f":{url.port}").lower()
    if more or not HOST.fullmatch(host):
        raise refuse(name, "must look like https://learn.example.org, without a path")
    shows_port = url.port not in {None, USUAL_PORTS[url.scheme]}
    return f"{url.scheme}://{host}" + (f":{url.port}" if shows_port else "")
