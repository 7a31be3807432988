"""What a site stands on, each part from one URL: database, cache, channel layer, mail, file storage.

Without a URL the part is embedded. Every error is an ImproperlyConfigured that names the variable.
"""

import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote

from educa.config import env

SERVER = re.compile(r"/.+|([a-z0-9._-]+|\[[0-9a-f:]+\])(:\d{1,5})?", re.IGNORECASE)
MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
BUCKET_OPTIONS = frozenset({"region", "tls"})


def database(name: str, default: Path, *, statement_timeout: int) -> dict[str, Any]:
    """Django's description of the database: SQLite in `default` unless a URL says otherwise.

    `statement_timeout` is in seconds (0: no limit) and holds on PostgreSQL only.
    """
    url = env.address(name, {"sqlite", "postgres", "postgresql"})
    if url is None:
        return sqlite(default)
    if url.scheme == "sqlite":
        return sqlite(_sqlite_file(name, url, default))
    if not url.hostname and "host" not in dict(parse_qsl(url.query)):
        raise env.refuse(name, "names no host")
    if not url.path.strip("/"):
        raise env.refuse(name, "names no database")
    return postgresql(url, statement_timeout)


def _sqlite_file(name: str, url: SplitResult, default: Path) -> Path:
    if url.netloc:
        raise env.refuse(name, "names a host; a file is sqlite:/// and its path from the root")
    if not url.path.strip("/"):
        return default
    path = Path(unquote(url.path))
    if not path.parent.is_dir():
        raise env.refuse(name, f"there is no folder {path.parent}")
    return path


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
    """PostgreSQL with connections that persist per thread, and are looked at before use."""
    options: dict[str, Any] = dict(parse_qsl(url.query))
    options.setdefault("connect_timeout", 3)
    options.setdefault(
        "options",
        f"-c statement_timeout={statement_timeout}s -c lock_timeout={min(statement_timeout, 3)}s"
        f" -c idle_in_transaction_session_timeout={statement_timeout * 3}s"
        # Statements that are prepared ask for rows by keys: to plan one anew each time costs more than all it does,
        # and PostgreSQL would do so once there are many rows.
        " -c plan_cache_mode=force_generic_plan",
    )
    return {
        "ENGINE": "educa.lib.postgresql",
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
    scheme, _, rest = env.text(name, "locmem://").partition("://")
    if scheme == "locmem":
        return {
            "BACKEND": "educa.lib.caches.BoundedMemory",
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    if scheme != "memcached":
        raise env.refuse(name, "must start with one of locmem, memcached and '://'")
    servers = [server.strip() for server in rest.rstrip("/").split(",") if server.strip()]
    if not servers:
        raise env.refuse(name, "names no server")
    for server in servers:
        if not SERVER.fullmatch(server):
            raise env.refuse(name, f"{server!r} is no server; one looks like 10.0.0.5:11211")
    return {
        "BACKEND": "educa.lib.caches.PatientMemcache",
        "LOCATION": servers,
        "KEY_PREFIX": "educa",
    }


def channel_layer(name: str) -> dict[str, Any]:
    """Channels' description of its layer: in process, or Redis."""
    url = env.address(name, {"redis", "rediss", "memory"})
    if url is None or url.scheme == "memory":
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    if not url.hostname:
        raise env.refuse(name, "names no host")
    number = url.path.strip("/")
    if number and not number.isdecimal():
        raise env.refuse(name, "the part after the host must be the number of a database, as in /0")
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [url.geturl()], "prefix": "educa"},
    }


def email(name: str) -> dict[str, Any]:
    """Django's mail settings: printed on the console, kept as files, or sent by SMTP."""
    url = env.address(name, {"console", "file", *MAIL_PORTS})
    backends = "django.core.mail.backends"
    if url is None or url.scheme == "console":
        return {"EMAIL_BACKEND": f"{backends}.console.EmailBackend"}
    if url.scheme == "file":
        return {
            "EMAIL_BACKEND": f"{backends}.filebased.EmailBackend",
            "EMAIL_FILE_PATH": _mail_folder(name, url),
        }
    if not url.hostname:
        raise env.refuse(name, "names no host")
    return {
        "EMAIL_BACKEND": f"{backends}.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or MAIL_PORTS[url.scheme],
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_TLS": url.scheme == "smtp+tls",
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }


def _mail_folder(name: str, url: SplitResult) -> str:
    if url.netloc or not url.path.strip("/"):
        raise env.refuse(name, "must be file:/// and the path of a folder from the root")
    return unquote(url.path)


def storage(name: str) -> dict[str, Any]:
    """Django's description of where uploaded files are kept: the local disk, or a bucket (S3)."""
    url = env.address(name, {"file", "s3"})
    if url is None or url.scheme == "file":
        return {"BACKEND": "educa.lib.storage.PrivateStorage"}
    bucket = unquote(url.path.strip("/"))
    if not url.hostname or not bucket or "/" in bucket:
        raise env.refuse(name, "must look like s3://KEY:SECRET@host/bucket?region=eu-central-1")
    options = dict(parse_qsl(url.query, keep_blank_values=True))
    if unknown := options.keys() - BUCKET_OPTIONS:
        raise env.refuse(name, f"{', '.join(sorted(unknown))}: only region and tls are known")
    if not find_spec("storages") or not find_spec("boto3"):
        command = f"uv pip install --python {sys.executable} 'django-storages[s3]'"
        raise env.refuse(name, f"needs packages that are not installed: {command}")
    return {"BACKEND": "educa.lib.buckets.BucketStorage", "OPTIONS": _bucket(name, url, options)}


def _bucket(name: str, url: SplitResult, options: dict[str, str]) -> dict[str, Any]:
    tls = options.get("tls", "yes").lower()
    if tls not in env.TRUE | env.FALSE:
        raise env.refuse(name, f"tls={tls} is neither yes nor no")
    if bool(url.username) != bool(url.password):
        raise env.refuse(name, "needs both a key and a secret, or neither")
    host = url.netloc.rpartition("@")[2]
    return {
        "bucket_name": unquote(url.path.strip("/")),
        "endpoint_url": f"{'https' if tls in env.TRUE else 'http'}://{host}",
        "region_name": options.get("region") or None,
        # Without them, boto3 looks where it always does: its own variables, the machine's role.
        "access_key": unquote(url.username) if url.username else None,
        "secret_key": unquote(url.password) if url.password else None,
    }
