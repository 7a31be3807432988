"""One run: a site, its clients, what they say, and what goes wrong meanwhile."""

import asyncio
import random
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.torture import faults
from tests.torture.checking import Seen, Verdict, judge
from tests.torture.client import Client, Person
from tests.torture.faults import Fault, Window
from tests.torture.proxy import Proxy
from tests.torture.site import Broken, Site

MOST_PENDING = 5  # messages that a client has under way before it waits
LONG = 3_000  # characters of a long message
PATIENCE = 90.0  # seconds for everybody to come to the end of the log
ENCORE = 30  # messages at the end, when nothing is wrong any more
EVERY = 20  # messages after which somebody without a socket does something
REST = 10.0  # seconds in which everything heals


@dataclass(frozen=True)
class Options:
    """What a run is made of."""

    clients: int
    messages: int
    faults: int
    seed: int
    rate: float
    on_servers: bool
    database: str | None = None
    removals: int = 2
    kinds: tuple[str, ...] = ()
    """Only faults of these; all that are possible, where there are none."""


class Run:
    """A run between its beginning and its verdict."""

    def __init__(self, options: Options, folder: Path) -> None:
        self.options = options
        self.site = Site(folder, database=options.database, on_servers=options.on_servers)
        self.chance = random.Random(options.seed)
        self.clients: list[Client] = []
        self.proxies: list[Proxy] = []
        self.windows: list[Window] = []
        self.texts: dict[str, str] = {}
        self.guests: dict[int, float] = {}
        self.by_hand: dict[str, int] = {}
        self.alone, self.redis_alone = asyncio.Lock(), asyncio.Lock()
        self.said = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def whole(self) -> tuple[Verdict, dict[str, float]]:
        """Everything; the verdict, and the seconds that its parts took."""
        took, began = {}, time.monotonic()
        try:
            await self._open()
            took["start"] = time.monotonic() - began
            await self._storm()
            took["storm"] = time.monotonic() - began - took["start"]
            seen = await self._settle()
        finally:
            await self._close()
        took["all"] = time.monotonic() - began
        return judge(seen), took

    async def _open(self) -> None:
        options = self.options
        people = await self.site.begin(options.clients + options.removals)
        for number, told in enumerate(people):
            proxy = Proxy(self._choose)
            await proxy.start()
            self.proxies.append(proxy)
            chance = random.Random(f"{options.seed}-{number}")
            person = Person(told["username"], told["session"])
            self.clients.append(Client(person, proxy.port, self.site.course, chance))
        self._tasks = [asyncio.create_task(client.run()) for client in self.clients]
        await self._until(lambda: all(client.is_connected for client in self.clients), "connected")

    def _choose(self) -> int:
        return self.chance.choice(self.site.processes).port

    # Saying and striking

    async def _storm(self) -> None:
        options = self.options
        kinds = self._kinds()
        drawn = faults.plan(kinds, options.messages, options.faults, options.clients, options.seed)
        speakers = [self._talk(number) for number in range(options.clients)]
        async with asyncio.TaskGroup() as group:
            for speaker in speakers:
                group.create_task(speaker)
            group.create_task(self._strike(drawn))
            group.create_task(self._work_by_hand())
            group.create_task(self._remove_guests())

    def _kinds(self) -> tuple[str, ...]:
        if self.options.kinds:
            return self.options.kinds
        if not self.options.on_servers:
            return faults.ANYWHERE
        return faults.WITH_SERVERS + (faults.OWN_POSTGRES if self.site.postgres else ())

    async def _talk(self, number: int) -> None:
        """Say this client's share, now and then twice, now and then something that is refused."""
        client, chance = self.clients[number], random.Random(f"{self.options.seed}+{number}")
        share = self.options.messages // self.options.clients
        pause = self.options.clients / self.options.rate
        for count in range(share):
            await asyncio.sleep(pause * chance.uniform(0.5, 1.5))
            await self._until(lambda: len(client.pending) < MOST_PENDING, "acknowledged")
            text = f"{number}/{count} ✓ {client.person.username}"
            if chance.random() < 0.05:
                text = f"{text} {'long ' * (LONG // 5)}"
            self.said += 1
            await self._say(client, text, twice=chance.random() < 0.05)
            if chance.random() < 0.03:
                await client.say(" \n ")
            if chance.random() < 0.03:
                await client.say("x" * 4001)

    async def _say(self, client: Client, text: str, *, twice: bool = False) -> None:
        key = await client.say(text, twice=twice)
        self.texts[key] = text

    async def _strike(self, drawn: list[Fault]) -> None:
        async with asyncio.TaskGroup() as group:
            for fault in drawn:
                await self._until(lambda at=fault.at: self.said >= at, "said")  # type: ignore[misc]
                group.create_task(faults.strike(self, fault))

    async def _work_by_hand(self) -> None:
        """Now and then somebody says, edits, deletes or reacts who has no socket."""
        chance = random.Random(f"{self.options.seed} by hand")
        for turn in range(1, self.options.messages // EVERY):
            await self._until(lambda at=turn * EVERY: self.said >= at, "said")  # type: ignore[misc]
            await self._do_by_hand(chance, turn)

    async def _do_by_hand(self, chance: random.Random, turn: int) -> None:
        client = chance.choice(self.clients[: self.options.clients])
        deed = chance.choice(("send", "send", "edit", "delete", "react"))
        own = [key for key in client.acknowledged if key in self.texts]
        if deed == "send" or not own:
            key = str(self._uuid(chance))
            answer = await self._hand("send", client, client_id=key, text=f"by hand {turn}")
            self.by_hand[key] = answer["done"]
            return
        sequence = client.acknowledged[chance.choice(own)]
        await self._hand(deed, client, sequence=sequence, text=f"edited {turn}")

    async def _hand(self, deed: str, client: Client, **told: Any) -> dict[str, Any]:
        return await self.site.hand(deed, client.person.username, **told)

    def _uuid(self, chance: random.Random) -> Any:
        return uuid.UUID(int=chance.getrandbits(128), version=4)

    async def _remove_guests(self) -> None:
        """Some who only listen are taken out of the course meanwhile."""
        for turn in range(self.options.removals):
            at = (turn + 1) * self.options.messages // (self.options.removals + 1)
            await self._until(lambda at=at: self.said >= at, "said")  # type: ignore[misc]
            number = self.options.clients + turn
            await self._hand("leave", self.clients[number])
            self.guests[number] = time.time()

    # The end

    async def _settle(self) -> Seen:
        await asyncio.sleep(REST)
        calm = time.time()
        await self._encore()
        members = self.clients[: self.options.clients]
        await self._until(lambda: not any(client.pending for client in members), "acknowledged")
        log = (await self._hand("log", members[0]))["done"]
        end = len(log["events"])
        await self._until(
            lambda: all(c.position == end for c in members), "at the end", gently=True
        )
        return Seen(self.clients, self.guests, log, self.windows, self.by_hand, calm, time.time())

    async def _encore(self) -> None:
        for turn in range(ENCORE):
            await asyncio.sleep(0.1)
            await self._say(self.clients[turn % self.options.clients], f"encore {turn}")

    async def _close(self) -> None:
        left = set(self._tasks)
        while left:
            for task in left:
                task.cancel()
            _done, left = await asyncio.wait(left, timeout=1)
        for proxy in self.proxies:
            await proxy.stop()
        await self.site.end()

    async def _until(self, condition: Any, what: str, *, gently: bool = False) -> None:
        """Wait for something. Raises Broken when it does not come; `gently`, the check will say so."""
        seen, end = self._progress(), time.monotonic() + PATIENCE
        while not condition():
            if seen != (seen := self._progress()):  # slow, but not stuck
                end = time.monotonic() + PATIENCE
            if time.monotonic() > end:
                if gently:
                    return
                raise Broken(f"not {what} in {PATIENCE:.0f} s: {self._state()}")
            await asyncio.sleep(0.02)

    def _progress(self) -> int:
        return self.said + sum(len(client.acknowledged) for client in self.clients)

    def _state(self) -> str:
        waiting = {n: len(c.pending) for n, c in enumerate(self.clients) if c.pending}
        away = [n for n, client in enumerate(self.clients) if not client.is_connected]
        return f"{self.said} said, pending {waiting}, away {away}; {self.site.last_words()}"
