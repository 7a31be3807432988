"""Is everything configured and reachable: one finding per part, in plain words."""

import asyncio
import difflib
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.core.cache import cache
from django.core.checks import Tags, run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.db import connection
from django.utils.timesince import timesince
from django.utils.translation import override

from educa.config import env
from educa.config.preparing import STAMP, is_migrated
from educa.config.server import tls_files
from educa.courses import triggers
from educa.interchange.models import Transfer

LITTLE_SPACE = 2**30  # bytes
PATIENCE = 3  # seconds


@dataclass(frozen=True)
class Finding:
    """What was found of one part; `is_well` is None for something to know that is no fault."""

    part: str
    words: str
    is_well: bool | None = True


def examine() -> Iterator[Finding]:
    """Look at every part in turn; a part that can't be looked at is a finding too."""
    for name, look in PARTS.items():
        try:
            yield look(name)
        except Exception as error:  # noqa: BLE001 - whatever a server does to us is the finding
            yield Finding(name, _words_of(error), is_well=False)


def _words_of(error: Exception) -> str:
    words = getattr(error, "strerror", None) or str(error)
    return " ".join(words.split()) or type(error).__name__


def _variables(part: str) -> Finding:
    words = "; ".join(unknown_variables())
    return Finding(part, words or "are all known", is_well=None if words else True)


def unknown_variables() -> list[str]:
    """A sentence for each variable in our name that no setting reads: mistyped, most likely."""
    named = {name for name in os.environ if name.startswith("EDUCA_")}
    unknown = sorted(name for name in named - env.names_read if not name.startswith("EDUCA_TEST_"))
    return [_unknown_variable(name) for name in unknown]


def _unknown_variable(name: str) -> str:
    close = difflib.get_close_matches(name, env.names_read, n=1)
    return f"{name} is no setting of Educa{f' ({close[0]}?)' if close else ''}"


def _data_directory(part: str) -> Finding:
    with tempfile.TemporaryFile(dir=settings.DATA_DIR):
        free = shutil.disk_usage(settings.DATA_DIR).free
    words = f"{settings.DATA_DIR} can be written; {free / 2**30:.1f} GB are free"
    return Finding(part, words, is_well=None if free < LITTLE_SPACE else True)


def _database(part: str) -> Finding:
    name = f"{connection.display_name} ({connection.settings_dict['NAME']})"
    connection.ensure_connection()
    if not is_migrated():
        found = "is of another version" if connection.introspection.table_names() else "is empty"
        words = f"{name} {found}; `educa manage migrate` makes the tables of this version"
        return Finding(part, words, is_well=False)
    return Finding(part, f"{name} answers")


def _generations(part: str) -> Finding:
    if not is_migrated():
        return Finding(part, "can be looked at when the database is well", is_well=None)
    if triggers.are_ours():
        return Finding(part, "move with each change")
    words = "do not move as this version needs it: its triggers are not in the database"
    return Finding(part, f"{words}; start the site again, or `educa manage migrate`", is_well=False)


def _cache(part: str) -> Finding:
    key, value = f"doctor:{uuid.uuid4()}", uuid.uuid4().hex
    cache.set(key, value, 10)
    well = cache.get(key) == value
    cache.delete(key)
    kind = settings.CACHES["default"]["BACKEND"].rpartition(".")[2]
    where = ", ".join(settings.CACHES["default"].get("LOCATION", ["in this process"]))
    return Finding(
        part, f"{kind} ({where}) {'answers' if well else 'does not answer'}", is_well=well
    )


def _channel_layer(part: str) -> Finding:
    layer = get_channel_layer()
    hosts = settings.CHANNEL_LAYERS["default"].get("CONFIG", {}).get("hosts", [])
    # Without the user and the password that may be in front of a host.
    where = urlsplit(hosts[0]).netloc.rpartition("@")[2] if hosts else "in this process"

    async def round_trip() -> None:
        channel = await layer.new_channel()
        await layer.send(channel, {"type": "doctor"})
        async with asyncio.timeout(PATIENCE):
            await layer.receive(channel)

    return _answer(part, f"{type(layer).__name__} ({where})", async_to_sync(round_trip))


def _answer(part: str, what: str, ask: Callable[[], object]) -> Finding:
    try:
        ask()
    except Exception as error:  # noqa: BLE001 - as in `examine`
        return Finding(part, f"{what} does not answer: {_words_of(error)}", is_well=False)
    return Finding(part, f"{what} answers")


def _file_storage(part: str) -> Finding:
    name = default_storage.save(f"doctor-{uuid.uuid4()}.txt", ContentFile(b"well"))
    try:
        with default_storage.open(name) as file:
            well = file.read() == b"well"
    finally:
        default_storage.delete(name)
    where = getattr(default_storage, "bucket_name", settings.MEDIA_ROOT)
    return Finding(part, f"{where} {'keeps' if well else 'does not keep'} files", is_well=well)


def _mail(part: str) -> Finding:
    if ".smtp." not in settings.EMAIL_BACKEND:
        folder = getattr(settings, "EMAIL_FILE_PATH", "")
        where = f"is kept in {folder}" if folder else "is printed"
        return Finding(part, f"{where}; nobody receives it (EMAIL_URL)", is_well=None)
    return _answer(part, f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}", _greet_mail_server)


def _greet_mail_server() -> None:
    with get_connection():
        pass


def _static_files(part: str) -> Finding:
    well = (Path(settings.STATIC_ROOT) / STAMP).exists()
    return Finding(
        part, "are there" if well else "are missing; `educa run` makes them", is_well=well
    )


def _transfers(part: str) -> Finding:
    if not is_migrated():
        return Finding(part, "can be looked at when the database is well", is_well=None)
    late = Transfer.objects.neglected()
    oldest = late.order_by("created").first()
    if oldest is None:
        return Finding(part, "nothing waits for long")
    with override("en"):
        age = timesince(oldest.created)
    waiting = f"{late.count()} not carried out, the oldest asked for {age} ago".replace("\xa0", " ")
    if Transfer.objects.at_work().exists():
        return Finding(part, f"{waiting}; another one is at work before them", is_well=None)
    words = f"{waiting}; nobody is at it: start `educa host` or `educa serve` without --no-duties, or `educa work`"
    return Finding(part, words, is_well=False)


def _safety(part: str) -> Finding:
    if settings.EDUCA_LOOPBACK:
        words = f"only this machine can reach the site ({settings.HOST})"
        return Finding(part, words, is_well=None)
    found = run_checks(tags=[Tags.security], include_deployment_checks=True)
    words = "; ".join(f"{message.id}: {message.msg}" for message in found)
    return Finding(part, words or "nothing to object to", is_well=not found)


def _certificate(part: str) -> Finding:
    files = tls_files()
    if files is None:
        return Finding(part, "is not used: pages are served without TLS", is_well=None)
    return Finding(part, f"{files.certificate} can be used")


PARTS: dict[str, Callable[[str], Finding]] = {
    "Variables": _variables,
    "Data directory": _data_directory,
    "Database": _database,
    "Generations": _generations,
    "Cache": _cache,
    "Channel layer": _channel_layer,
    "File storage": _file_storage,
    "Mail": _mail,
    "Static files": _static_files,
    "Transfers": _transfers,
    "Certificate": _certificate,
    "Safety": _safety,
}
