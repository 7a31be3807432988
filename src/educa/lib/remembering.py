"""Answers that are kept in the cache for as long as they are right.

A `Family` keeps values of one sort. Each is kept under a key and the *generation* of what it was made of, a
number that changes with every change of that (`educa.courses.generations`). The generation is read from the
database before the value is made, so a value that was made of something old is kept under an old number, where
nobody looks. What the cache does, or does not do, therefore costs time and never truth: it may be
empty, dead, full, or back after an hour with what it had then.

In a transaction nothing is read from the cache and nothing is kept: it may see what others don't see yet. Nor under
generation 0, which is that of everything while nothing would move it (`educa.courses.triggers`).

Values of a family that is `near` are at hand in the process, too, so that not even the cache is asked.
"""

import hmac
import logging
import os
import pickle
import re
import threading
import time
import zlib
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache as once
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils.crypto import salted_hmac

T = TypeVar("T")
logger = logging.getLogger(__name__)

LARGEST = 1_000_000  # bytes of a value: Memcached takes a megabyte with its key and its own words
LARGE = (
    16_000  # bytes of a value that is made smaller, since few of that size have room in the cache
)
WORTH = 0.8  # of its size that a value may have, for being made smaller to be worth making it larger again
KEPT = timedelta(days=1)  # after that also what is right is forgotten
LEASE = 10  # seconds for which one process may be the only one to make a value
PATIENCE = 0.5  # seconds that another process waits for it before it makes the value itself
PAUSE = 5.0  # seconds between two times that a process tells the others what it has counted
GLANCE = 0.02  # seconds between two looks whether it is there
AT_HAND = 8 * 2**20  # bytes of values that a process has at hand; those used longest ago go first
PLACE = 200  # bytes that it takes to remember a place, besides its words
PLACES = 2**19  # bytes of places that a process remembers, some 2,000; as above
SEAL = 16  # bytes in front of a value in the cache, which tell that we have put it there
NONE = 0  # the generation under which nothing is kept
WORD = re.compile(r"[a-z0-9_-]{1,40}", re.IGNORECASE)
SHAPING = (
    *("LANGUAGES", "TIME_ZONE", "EDUCA_SITE_URL", "MEDIA_URL", "STATIC_URL", "SECURE_CSP"),
    *("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD"),
    *("SECURE_REFERRER_POLICY", "SECURE_CROSS_ORIGIN_OPENER_POLICY", "SECURE_CONTENT_TYPE_NOSNIFF"),
    *("X_FRAME_OPTIONS",),
)
"""Settings that pages differ by, or their headers."""

RENDERERS = ("latex2mathml", "markdown-it-py", "mdit-py-plugins", "nh3", "pygments")
"""Packages that make HTML of texts, or clean it: with another version of one, it may be another."""

SHOWN = (".py", ".html", ".mo", "staticfiles.json")
"""Ends of the names of files that pages differ by."""

COUNTS = ("hits", "misses", "rebuilds", "stale", "waits", "oversized", "passed")


class Unkept(Exception):
    """Raised by what makes a value: `value` is the answer, and nobody else may get it.

    It `is_fault` where it tells of something that went wrong: who has had a right value before is given that.
    """

    def __init__(self, value: Any, *, is_fault: bool = False) -> None:
        super().__init__(value)
        self.value = value
        self.is_fault = is_fault


@dataclass(frozen=True)
class _Lease:
    """That this process makes a value and no other does, for so long."""

    name: str
    until: float

    @classmethod
    def take(cls, name: str) -> "_Lease | None":
        """The lease of a value; None where another process has it, or the cache is dead."""
        until = time.monotonic() + LEASE
        return cls(name, until) if cache.add(f"{name}.lease", 1, LEASE) else None

    @staticmethod
    def is_held(name: str) -> bool:
        """Whether any process has it."""
        return bool(cache.get(f"{name}.lease"))

    def end(self) -> None:
        """Let others make the value, unless somebody else does by now, as this one has taken too long."""
        if time.monotonic() < self.until:
            cache.delete(f"{self.name}.lease")


@dataclass
class _Making:
    """A value that a thread of this process makes; the others wait for its bytes."""

    is_over: threading.Event = field(default_factory=threading.Event)
    made: bytes | None = None


class _Shelf:
    """What a process has at hand: values with the time at which they were made, by name, up to so many bytes."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._held: OrderedDict[str, tuple[Any, float, int]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def find(self, name: str) -> tuple[Any, float] | None:
        """A value, and when it was made."""
        with self._lock:
            found = self._held.get(name)
            if found is None:
                return None
            self._held.move_to_end(name)
            return found[:2]

    def put(self, name: str, value: Any, made_at: float, size: int) -> None:
        """Have a value of so many bytes at hand."""
        with self._lock:
            self._drop(name)
            self._held[name] = value, made_at, size
            self._size += size
            while self._size > self.room:
                self._drop(next(iter(self._held)))

    def clear(self) -> None:
        """Have nothing at hand."""
        with self._lock:
            self._held.clear()
            self._size = 0

    def _drop(self, name: str) -> None:
        _value, _made_at, size = self._held.pop(name, (None, 0, 0))
        self._size -= size


_here = threading.local()
_at_hand = _Shelf(AT_HAND)
_places = _Shelf(PLACES)
_families: dict[str, "Family[Any]"] = {}


def families() -> list["Family[Any]"]:
    """All families of this process."""
    return list(_families.values())


def growth_of(value: object) -> int:
    """Bytes that a value says that it may take besides those as which it is kept."""
    return int(getattr(value, "grows_by", 0))


def have_at_hand(most: int) -> None:
    """Let this process have at hand only so many bytes of values, from now on."""
    _at_hand.room = most


def forget() -> None:
    """Empty the cache, and what this process has at hand."""
    cache.clear()
    _at_hand.clear()
    _places.clear()


@contextmanager
def noting() -> Iterator[Counter[str]]:
    """Count what this thread asks the families for."""
    _here.noted = Counter()
    try:
        yield _here.noted
    finally:
        del _here.noted


class Family(Generic[T]):
    """Values of one sort, and how often they were found.

    `fresh_for` is how long a value is given out without a thought. After that one request makes it anew, while
    the others still get it: it is of the present generation, and so right but for what the clock changes.
    `near` is for values that are asked for by all and changed by nobody, since those at hand are shared.
    """

    def __init__(
        self, name: str, *, fresh_for: timedelta = timedelta(hours=1), near: bool = False
    ) -> None:
        self.name = name
        self.is_near = near
        self.fresh_for = fresh_for.total_seconds()
        self.counts: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._tell_at = 0.0
        self._making: dict[str, _Making] = {}
        self._lock = threading.Lock()
        _families[name] = self

    def get(
        self,
        key: Iterable[int | str],
        generation: int | Callable[[], int],
        make: Callable[[], T],
        place: str = "",
    ) -> T:
        """The value under this key, made if need be. What was made raising `Unkept` is given to nobody else.

        A key is of numbers and of words of ours. Raises ValueError for what could be somebody's text.
        `place` is where it is asked for, in whatever words; see `is_likely_at`.
        """
        number = NONE
        if not connection.in_atomic_block:
            number = generation if isinstance(generation, int) else generation()
        if number == NONE:
            self._count("passed")
            return self._made(make)
        name = self._name(key, number)
        try:
            return self._get(name, make)
        finally:
            if place and _at_hand.find(name):
                _places.put(f"{self.name} {place}", place, 0, PLACE + len(place))

    def is_likely_at(self, place: str) -> bool:
        """Whether what was last asked for at a place is one that this process has had at hand.

        Nothing is said of the value, which may be another by now: only whether it pays to ask for its generation
        first, and for what it is made of when that turns out to be new.
        """
        return self.is_near and _places.find(f"{self.name} {place}") is not None

    def _get(self, name: str, make: Callable[[], T]) -> T:
        found = self._found(name)
        if found is None:
            self._count("misses")
            return self._make_once(name, make)
        value, made_at = found
        self._count("hits")
        if self._is_fresh(made_at):
            return value
        lease = _Lease.take(name)
        if lease is None:
            self._count("stale")
            return value
        try:
            made = self._make(name, make, None)[0]
        except Exception as fault:
            if isinstance(fault, Unkept) and not fault.is_fault:
                lease.end()
                return cast("T", fault.value)
            # Its lease runs out by itself: until then nobody else tries in vain.
            logger.exception("%s could not be made anew; the last one is given out", name)
            self._count("stale")
            return value
        lease.end()
        return made

    def last(self, key: Iterable[int | str]) -> T | None:
        """What `replace` has kept last under this key, of whatever state; None where that is not found.

        For values that tell by themselves which parts of them are right, and how old these are: `replace` keeps what
        is still in use for another day, and so without end.
        """
        if connection.in_atomic_block:
            return None
        found = self._found(self._name(key, 0))
        self._count("hits" if found else "misses")
        return found[0] if found else None

    def replace(self, key: Iterable[int | str], value: T) -> None:
        """Keep this value under the key, in the place of the one that is there."""
        if connection.in_atomic_block:
            return
        self._count("rebuilds")
        name = self._name(key, 0)
        if packed := self._packed(name, value):
            cache.set(name, packed, KEPT.total_seconds())

    def _name(self, key: Iterable[int | str], generation: int) -> str:
        parts = [str(part) for part in key]
        if not all(map(WORD.fullmatch, parts)):
            raise ValueError(f"{parts} is no key")
        return ".".join([self.name, release(), *parts, str(generation)])

    def totals(self) -> dict[str, int]:
        """What all processes have counted, but for their last seconds; their counts are in the cache, and go with it."""
        self._tell(time.monotonic())
        return {what: int(cache.get(self._sum(what)) or 0) for what in COUNTS}

    def _count(self, what: str) -> None:
        now = time.monotonic()
        with self._lock:
            self.counts[what] += 1
            is_due = now >= self._tell_at
            if is_due:
                self._tell_at = now + PAUSE
        noted: Counter[str] | None = getattr(_here, "noted", None)
        if noted is not None:
            noted[what] += 1
        if is_due:
            self._tell(now)

    def _tell(self, now: float) -> None:
        """Add what was counted here to the sums of all processes."""
        with self._lock:
            self._tell_at = now + PAUSE
            news = self.counts - self._told
            self._told = self.counts.copy()
        for what, number in news.items():
            name = self._sum(what)
            cache.add(name, 0, None)
            try:
                cache.incr(name, number)
            except ValueError:  # the cache is dead: another time
                with self._lock:
                    self._told[what] -= number

    def _sum(self, what: str) -> str:
        return f"counted.{self.name}.{what}"

    def _is_fresh(self, made_at: float) -> bool:
        return 0 <= time.time() - made_at < self.fresh_for

    def _found(self, name: str) -> tuple[T, float] | None:
        # One that is not fresh may have been made anew by another process.
        if self.is_near and (held := _at_hand.find(name)) and self._is_fresh(held[1]):
            return held
        kept = cache.get(name)
        found = self._unpacked(name, kept) if isinstance(kept, bytes) else None
        if found and self.is_near:
            _at_hand.put(name, *found, len(kept) + growth_of(found[0]))
        return found

    def _make_once(self, name: str, make: Callable[[], T]) -> T:
        """Make the value, or wait while another thread of this process does."""
        with self._lock:
            first = self._making.get(name)
            if first is None:
                here = self._making[name] = _Making()
        if first is not None:
            first.is_over.wait(LEASE)
            if found := self._unpacked(name, first.made) if first.made else self._found(name):
                self._count("waits")
                return found[0]
            return self._made(make)  # it could not be kept, or failed
        try:
            value, here.made = self._make_under_lease(name, make)
            return value
        finally:
            here.is_over.set()
            with self._lock:
                del self._making[name]

    def _make_under_lease(self, name: str, make: Callable[[], T]) -> tuple[T, bytes | None]:
        """Make the value, or wait a little while another process does. A dead cache gives no leases."""
        deadline = time.monotonic() + PATIENCE
        while (lease := _Lease.take(name)) is None and _Lease.is_held(name):
            time.sleep(GLANCE)
            if time.monotonic() >= deadline:
                break
            if found := self._found(name):
                self._count("waits")
                return found[0], None
        # Whoever held the lease may have been ready between our looks, or between the first one and the lease.
        if found := self._found(name):
            if lease:
                lease.end()
            self._count("waits")
            return found[0], None
        try:
            return self._make(name, make, lease)
        except Unkept as answer:
            return cast("T", answer.value), None

    def _make(
        self, name: str, make: Callable[[], T], lease: "_Lease | None"
    ) -> tuple[T, bytes | None]:
        self._count("rebuilds")
        try:
            value = make()
            packed = self._packed(name, value)
            if packed is not None:
                cache.set(name, packed, KEPT.total_seconds())
                if self.is_near:
                    _at_hand.put(name, value, time.time(), len(packed) + growth_of(value))
        finally:
            if lease:
                lease.end()
        return value, packed

    @staticmethod
    def _made(make: Callable[[], T]) -> T:
        try:
            return make()
        except Unkept as answer:
            return cast("T", answer.value)

    def _packed(self, name: str, value: T) -> bytes | None:
        """What is kept of the value; smaller where it is large, and None where that does not help."""
        packed = b"p" + pickle.dumps((value, time.time()), pickle.HIGHEST_PROTOCOL)
        # What is near is seldom unpacked, and counts there by its size.
        if len(packed) > (LARGEST if self.is_near else LARGE):
            small = b"z" + zlib.compress(packed[1:], 1)
            packed = small if len(small) < len(packed) * WORTH else packed
        if len(packed) <= LARGEST:
            return _seal_of(name, packed) + packed
        self._count("oversized")
        return None

    @staticmethod
    def _unpacked(name: str, kept: bytes) -> tuple[T, float] | None:
        """None for what was not kept by us as we are, under this name, whatever it is."""
        seal, packed = kept[:SEAL], kept[SEAL:]
        if not hmac.compare_digest(seal, _seal_of(name, packed)):
            return None
        with suppress(Exception):
            whole = zlib.decompress(packed[1:]) if packed[:1] == b"z" else packed[1:]
            value, made_at = pickle.loads(whole)  # noqa: S301 - only we can have sealed it
            return value, float(made_at)
        return None


def _seal_of(name: str, packed: bytes) -> bytes:
    """What only who knows the secret key can put in front of a value, and in front of no other name's."""
    return hmac.digest(_sealing_key(settings.SECRET_KEY), f"{name}\n".encode() + packed, "sha256")[
        :SEAL
    ]


@once
def _sealing_key(secret: str) -> bytes:
    return salted_hmac(__name__, "values", secret=secret, algorithm="sha256").digest()


@once
def release() -> str:
    """A word for the code, the templates, the settings and the packages that values are made by: others find none of
    these.

    Files are told apart by size and time, as reading them all would take a third of a second at the start. So
    two machines each keep values of their own.
    """
    said = [f"{name}={getattr(settings, name, '')}" for name in SHAPING]
    said += [f"{name}=={version(name)}" for name in RENDERERS]
    package = Path(__file__).resolve().parent.parent
    of_kinds = (Path(app.path) / "templates/courses/content" for app in apps.get_app_configs())
    for folder in (package, settings.STATIC_ROOT, *of_kinds):
        said += sorted(_states(Path(folder)))
    return sha256("\n".join(said).encode()).hexdigest()[:12]


def _states(folder: Path) -> Iterator[str]:
    for place, _folders, names in os.walk(folder):
        for name in names:
            if name.endswith(SHOWN):
                state = (Path(place) / name).stat()
                yield f"{place}/{name} {state.st_size} {state.st_mtime_ns}"
