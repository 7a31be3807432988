"""The caches of a site: Memcached that may die without taking the site along, and one in the process."""

import json
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.memcached import PyMemcacheCache
from pymemcache.client.hash import HashClient
from pymemcache.client.rendezvous import RendezvousHash
from pymemcache.serde import FLAG_INTEGER, FLAG_TEXT

MOST_BYTES = 32 * 2**20  # of all that the cache in the process holds
MISSING = object()


_clients: dict[tuple[Any, ...], Any] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Figures:
    """What one cache says of itself; None where it does not count that, and nothing at all when it is dead."""

    server: str
    is_up: bool
    hits: int | None = None
    misses: int | None = None
    sets: int | None = None
    items: int | None = None
    memory: int | None = None
    memory_limit: int | None = None
    evictions: int | None = None

    @property
    def ratio(self) -> float | None:
        """Which part of what was asked for was found, from 0 to 1."""
        asked = (self.hits or 0) + (self.misses or 0)
        return (self.hits or 0) / asked if asked else None


def figures() -> list[Figures]:
    """What each server of the default cache says of itself."""
    found = getattr(caches["default"], "figures", None)
    return cast("list[Figures]", found()) if found else []


class Places(RendezvousHash):  # type: ignore[misc]  # it has no types
    """Which server has a key; where there is only one, nothing is worked out of the key, which takes 30 µs.

    Servers come and go while other threads look: a list of them is never changed, but another one takes its place.
    """

    nodes: list[Any]

    def get_node(self, key: str) -> Any:
        """The server; None without any."""
        nodes = self.nodes
        return nodes[0] if len(nodes) == 1 else super().get_node(key)

    def add_node(self, node: Any) -> None:
        if node not in self.nodes:
            self.nodes = [*self.nodes, node]

    def remove_node(self, node: Any) -> None:
        self.nodes = [each for each in self.nodes if each != node]


class SharedClient(HashClient):  # type: ignore[misc]  # as above
    """pymemcache's client of several servers, for threads that learn at the same time that one is dead, or back.

    Its own way of noting that is made for one thread: two that do so raise KeyError, or go through a dictionary that the
    other one changes, outside of what `ignore_exc` takes care of.
    """

    def __init__(self, *servers: Any, **options: Any) -> None:
        self._noting = threading.RLock()
        super().__init__(*servers, **options)

    def add_server(self, server: Any, port: int | None = None) -> None:
        """Have this server, by new connections: those of a server that was dead until now are closed."""
        before = self.clients.get(self._make_client_key(server if port is None else (server, port)))
        super().add_server(server, port)
        if before is not None:
            before.close()

    def remove_server(self, server: Any, port: int | None = None) -> None:
        with self._noting:
            if server in self._failed_clients:  # else another thread has done so
                super().remove_server(server, port)

    def _retry_dead(self) -> None:
        with self._noting:
            super()._retry_dead()

    def _mark_failed_server(self, server: Any) -> None:
        # KeyError: another thread has just had an answer, and so taken it from those that failed.
        with self._noting, suppress(KeyError):
            super()._mark_failed_server(server)


class PlainValues:
    """How values are put into Memcached: bytes, texts and whole numbers as they are, all else as JSON.

    Django would pickle them, and so run what anybody had put there who can reach the server.
    """

    def serialize(self, _key: Any, value: Any) -> tuple[Any, int]:
        """The bytes, and a mark of what they are. Raises TypeError for what JSON does not know."""
        if type(value) is bytes:
            return value, 0
        if type(value) is str:
            return value.encode(), FLAG_TEXT
        if type(value) is int:
            return b"%d" % value, FLAG_INTEGER
        return json.dumps(value).encode(), FLAG_JSON

    def deserialize(self, _key: Any, value: bytes, flags: int) -> Any:
        """The value; None for what was put there by somebody else."""
        read = READERS.get(flags)
        with suppress(ValueError):
            return read(value) if read else None
        return None


FLAG_JSON = 1 << 8  # which pymemcache has no use for
READERS: dict[int, Callable[[bytes], Any]] = {
    0: lambda value: value,
    FLAG_TEXT: bytes.decode,
    FLAG_INTEGER: int,
    FLAG_JSON: json.loads,
}


class PatientMemcache(PyMemcacheCache):
    """Django's pymemcache backend with short timeouts and errors that read as misses.

    A server that does not answer within 0.2 s is left alone for 5 s; a site without its cache is
    slower, never broken. A key is on the server with the highest hash of both (rendezvous hashing), so that one
    server more or less moves its own share of the keys only.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        options = {
            "connect_timeout": 0.2,
            "timeout": 0.2,
            "ignore_exc": True,
            "retry_attempts": 1,
            "dead_timeout": 5,
            "use_pooling": True,
            "hasher": Places,
            "serde": PlainValues(),
        }
        params["OPTIONS"] = {**options, **params.get("OPTIONS", {})}
        super().__init__(server, params)
        self._class = SharedClient

    @cached_property
    def _cache(self) -> Any:
        """One client for all threads of a process, with a pool of connections: what one has learnt of a dead
        server, all know. A process that was forked has its own.
        """
        with _lock:
            key = os.getpid(), *self.client_servers
            if key not in _clients:
                _clients[key] = super()._cache  # type: ignore[misc]  # as above
            return _clients[key]

    def close(self, **kwargs: Any) -> None:
        """Keep the connections for the next request: Django asks for this after each one."""

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError when there is nothing to add to, or nobody who could."""
        count = super().incr(key, delta, version)
        if count is False:  # pymemcache's word for a dead server, which Django takes for a number
            raise ValueError(f"no answer for {key!r}")
        return count

    def figures(self) -> list[Figures]:
        """What each server says of itself."""
        return [_figures_of(name, client) for name, client in self._cache.clients.items()]


def _figures_of(server: Any, client: Any) -> Figures:
    said: dict[str, int] = {}
    with suppress(Exception):  # whatever a dead server makes of it
        for name, value in client.stats().items():
            with suppress(ValueError):
                said[name.decode()] = int(value)
    if not said:
        return Figures(str(server), is_up=False)
    return Figures(
        server=str(server),
        is_up=True,
        hits=said.get("get_hits"),
        misses=said.get("get_misses"),
        sets=said.get("cmd_set"),
        items=said.get("curr_items"),
        memory=said.get("bytes"),
        memory_limit=said.get("limit_maxbytes"),
        evictions=said.get("evictions"),
    )


@dataclass
class _Held:
    """What a cache in the process holds, by key, in bytes."""

    sizes: dict[str, int]
    total: int = 0
    evicted: int = 0
    hits: int = 0
    misses: int = 0
    sets: int = 0


_held: dict[str, _Held] = {}


class BoundedMemory(LocMemCache):
    """Django's cache in the process, which forgets what was used longest ago when it holds 32 MiB."""

    if TYPE_CHECKING:  # what Django's types leave out
        _cache: OrderedDict[str, bytes]

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(name, params)
        self._own = _held.setdefault(name, _Held({}))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        found = super().get(key, MISSING, version)
        if found is MISSING:
            self._own.misses += 1
            return default
        self._own.hits += 1
        return found

    def _set(self, key: str, value: Any, *args: Any) -> None:
        super()._set(key, value, *args)  # type: ignore[misc]  # as above
        self._own.sets += 1
        self._own.total += len(value) - self._own.sizes.get(key, 0)
        self._own.sizes[key] = len(value)
        while self._own.total > MOST_BYTES and len(self._cache) > 1:
            self._own.evicted += 1
            self._delete(next(reversed(self._cache)))

    def _delete(self, key: str) -> bool:
        self._own.total -= self._own.sizes.pop(key, 0)
        return bool(super()._delete(key))  # type: ignore[misc]  # as above

    def _cull(self) -> None:
        """Forget a third, those that were used longest ago."""
        for key in list(self._cache)[len(self._cache) * 2 // 3 :]:
            self._own.evicted += 1
            self._delete(key)

    def clear(self) -> None:
        super().clear()
        self._own.sizes.clear()
        self._own.total = 0

    def figures(self) -> list[Figures]:
        """Only this process's own."""
        return [
            Figures(
                "in process",
                is_up=True,
                hits=self._own.hits,
                misses=self._own.misses,
                sets=self._own.sets,
                items=len(self._cache),
                memory=self._own.total,
                memory_limit=MOST_BYTES,
                evictions=self._own.evicted,
            )
        ]
