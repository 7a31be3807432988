"""What goes wrong in a run, drawn before it begins, so that the same seed gives the same faults."""

import asyncio
import random
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.torture.run import Run

ANYWHERE = ("reset", "half-open", "slow reader", "storm", "doubled", "absence", "server killed")
WITH_SERVERS = (
    *ANYWHERE,
    *("redis killed", "redis stopped", "redis flushed", "redis restarted", "database hung up"),
)
OWN_POSTGRES = ("database restarted",)
RARE = {"server killed": 0.5, "database restarted": 0.5}  # they are what takes long
OF_REDIS = {"redis killed", "redis stopped", "redis flushed", "redis restarted"}
AFTERMATH = 3.0  # seconds after a fault in which its effects are still its own


@dataclass(frozen=True)
class Fault:
    """One fault: after how many messages, to whom, for how long."""

    kind: str
    at: int
    who: int
    seconds: float


@dataclass
class Window:
    """When a fault was at work, and on which clients; None for all."""

    kind: str
    since: float
    clients: set[int] | None
    until: float = field(default=float("inf"))

    def touches(self, client: int, since: float, until: float) -> bool:
        """Whether it may have had to do with what happened to a client in that time."""
        meant = self.clients is None or client in self.clients
        return meant and self.since <= until and since <= self.until + AFTERMATH


def plan(
    kinds: tuple[str, ...], messages: int, faults: int, clients: int, seed: int
) -> list[Fault]:
    """So many faults, spread over the messages: each kind about as often as the others, some rarer."""
    chance = random.Random(seed)
    weights = [RARE.get(kind, 1) for kind in kinds]
    drawn = list(kinds[:faults])
    drawn += chance.choices(kinds, weights, k=faults - len(drawn))
    chance.shuffle(drawn)
    return [
        Fault(
            kind,
            at=(number + 1) * messages // (faults + 2),
            who=chance.randrange(clients),
            seconds=chance.choice((0.5, 1, 2, 3, 4, 6)) if number % 7 else 13,
        )
        for number, kind in enumerate(drawn)
    ]


async def strike(run: "Run", fault: Fault) -> None:
    """Let it happen, and note when and to whom."""
    clients = None if fault.kind in EVERYBODYS else {fault.who}
    window = Window(fault.kind, time.time(), clients)
    run.windows.append(window)
    try:
        await DOES[fault.kind](run, fault)
    finally:
        window.until = time.time()


async def _reset(run: "Run", fault: Fault) -> None:
    run.proxies[fault.who].reset()


async def _half_open(run: "Run", fault: Fault) -> None:
    await run.proxies[fault.who].half_open(fault.seconds)


async def _slow(run: "Run", fault: Fault) -> None:
    await run.proxies[fault.who].read_nothing(fault.seconds)


async def _away(run: "Run", fault: Fault) -> None:
    await run.proxies[fault.who].stay_away(fault.seconds)


async def _storm(run: "Run", fault: Fault) -> None:
    for proxy in run.proxies:
        proxy.reset()


async def _doubled(run: "Run", fault: Fault) -> None:
    client = run.clients[fault.who]
    keys = list(client.acknowledged)[-10:]
    await client.say_again(keys, run.texts)


async def _server(run: "Run", fault: Fault) -> None:
    process = run.site.processes[fault.who % len(run.site.processes)]
    async with run.alone:  # a server that is just starting is not killed again
        await process.kill()
        await asyncio.sleep(min(fault.seconds, 2))
        process.start()
        await process.is_ready()


async def _redis_killed(run: "Run", fault: Fault) -> None:
    assert run.site.redis
    async with run.redis_alone:
        await run.site.redis.down(signal.SIGKILL)
        await asyncio.sleep(fault.seconds)
        await run.site.redis.up()


async def _redis_restarted(run: "Run", fault: Fault) -> None:
    assert run.site.redis
    async with run.redis_alone:
        await run.site.redis.down(signal.SIGTERM)
        await run.site.redis.up()


async def _redis_stopped(run: "Run", fault: Fault) -> None:
    assert run.site.redis
    async with run.redis_alone:
        run.site.redis.tell(signal.SIGSTOP)
        await asyncio.sleep(fault.seconds)
        run.site.redis.tell(signal.SIGCONT)


async def _redis_flushed(run: "Run", fault: Fault) -> None:
    async with run.redis_alone:
        run.site.flush_redis()


async def _database_hung_up(run: "Run", fault: Fault) -> None:
    async with run.alone:
        await run.site.hang_up_on_database()


async def _database_restarted(run: "Run", fault: Fault) -> None:
    assert run.site.postgres
    async with run.alone:
        number = signal.SIGINT if fault.who % 2 else signal.SIGQUIT  # fast, or at once
        await run.site.postgres.down(number)
        await asyncio.sleep(min(fault.seconds, 2))
        await run.site.postgres.up()


DOES: dict[str, Callable[["Run", Fault], Awaitable[None]]] = {
    "reset": _reset,
    "half-open": _half_open,
    "slow reader": _slow,
    "storm": _storm,
    "doubled": _doubled,
    "absence": _away,
    "server killed": _server,
    "redis killed": _redis_killed,
    "redis stopped": _redis_stopped,
    "redis flushed": _redis_flushed,
    "redis restarted": _redis_restarted,
    "database hung up": _database_hung_up,
    "database restarted": _database_restarted,
}
EVERYBODYS = {
    kind for kind in DOES if kind not in {"reset", "half-open", "slow reader", "absence", "doubled"}
}
