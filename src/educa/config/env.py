"""Settings read from the environment, with errors that name the variable."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


def refuse(name: str, reason: str) -> ImproperlyConfigured:
    """The error for a variable whose value can't be used; the caller raises it."""
    return ImproperlyConfigured(f"{name}: {reason}")


def text(name: str, default: str = "") -> str:
    """The value without surrounding blanks; an empty one counts as not set."""
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
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise refuse(name, f"{value!r} is not a whole number from {least} to {most}")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas; empty entries are dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """An absolute path; a leading tilde means the home directory."""
    return Path(text(name, str(default))).expanduser().resolve()


def address(name: str, schemes: frozenset[str]) -> SplitResult | None:
    """The URL in a variable, or None when it is not set.

    Raises ImproperlyConfigured when the scheme is not one of `schemes` or the port is no number.
    """
    value = text(name)
    if not value:
        return None
    try:
        url = urlsplit(value)
        _ = url.port
    except ValueError as error:
        raise refuse(name, str(error)) from None
    if url.scheme not in schemes:
        raise refuse(name, f"must start with one of {', '.join(sorted(schemes))} and '://'")
    return url


def database(name: str, default: Path, *, statement_timeout: int) -> dict[str, Any]:
    """Django's description of the database: SQLite in `default` unless a URL says otherwise.

    `statement_timeout` is in seconds (0: no limit) and holds on PostgreSQL only.
    """
    url = address(name, frozenset({"sqlite", "postgres", "postgresql"}))
    if url is None or url.scheme == "sqlite":
        path = Path(unquote(url.path)) if url and url.path.strip("/") else default
        return sqlite(path)
    if not url.hostname and "host" not in dict(parse_qsl(url.query)):
        raise refuse(name, "names no host")
    if not url.path.strip("/"):
        raise refuse(name, "names no database")
    return postgresql(url, statement_timeout)


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite for several threads: readers never wait, writers queue instead of failing."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            # FULL, so that what was promised as stored survives a power cut.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }


def postgresql(url: SplitResult, statement_timeout: int) -> dict[str, Any]:
    """PostgreSQL with connections that persist per thread and are checked before use."""
    options: dict[str, Any] = dict(parse_qsl(url.query))
    options.setdefault("connect_timeout", 3)
    options.setdefault(
        "options",
        f"-c statement_timeout={statement_timeout}s -c lock_timeout={min(statement_timeout, 3)}s"
        f" -c idle_in_transaction_session_timeout={statement_timeout * 3}s",
    )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": url.port or "",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def cache(name: str) -> dict[str, Any]:
    """Django's description of the cache: in process, or Memcached servers separated by commas."""
    url = address(name, frozenset({"memcached", "locmem"}))
    if url is None or url.scheme == "locmem":
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    servers = [unquote(server) for server in url.netloc.split(",") if server]
    if not servers:
        raise refuse(name, "names no server")
    return {
        "BACKEND": "educa.lib.caches.PatientMemcache",
        "LOCATION": servers,
        "KEY_PREFIX": "educa",
    }


def channel_layer(name: str) -> dict[str, Any]:
    """Channels' description of its layer: in process, or Redis."""
    url = address(name, frozenset({"redis", "rediss", "memory"}))
    if url is None or url.scheme == "memory":
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    if not url.hostname:
        raise refuse(name, "names no host")
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [url.geturl()], "prefix": "educa"},
    }


def email(name: str) -> dict[str, Any]:
    """Django's mail settings: printed on the console, or by SMTP (`smtp`, `smtp+tls`, `smtps`)."""
    url = address(name, frozenset({"console", "smtp", "smtp+tls", "smtps", "file"}))
    backends = "django.core.mail.backends"
    if url is None or url.scheme == "console":
        return {"EMAIL_BACKEND": f"{backends}.console.EmailBackend"}
    if url.scheme == "file":
        return {
            "EMAIL_BACKEND": f"{backends}.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(url.path),
        }
    if not url.hostname:
        raise refuse(name, "names no host")
    return {
        "EMAIL_BACKEND": f"{backends}.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[url.scheme],
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_TLS": url.scheme == "smtp+tls",
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }
