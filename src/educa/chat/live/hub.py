"""All rooms that are open in this process: one subscription and one reader for each."""

import asyncio
import logging
import uuid
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import close_old_connections

from educa.chat.frames import mute_frame
from educa.chat.live.admissions import Admissions
from educa.chat.live.announcing import PATIENCE, Announcer, complaints, group_of
from educa.chat.live.door import Badge
from educa.chat.live.looking import State, look_at
from educa.chat.live.people import MOST_PEOPLE, People
from educa.chat.live.room import LiveRoom, Part, ready
from educa.chat.live.seat import NOT_A_MEMBER, SIGNED_OUT, TOO_SLOW, Seat
from educa.chat.models import Room
from educa.lib.serving.threads import Threads, call_in

logger = logging.getLogger(__name__)

T = TypeVar("T")

NOT_MUTED = mute_frame(None)

TICK = 2.0  # seconds in which all are asked about: for what no hint told, and who may stay
SLICE = 200  # sockets that are asked about at a time
STUCK = 10.0  # seconds after which a socket that takes nothing is closed


def in_database(work: Callable[..., T], *args: Any) -> T:
    """Do something with the database in a thread that lives on; connections that broke are made anew."""
    close_old_connections()
    try:
        return work(*args)
    finally:
        close_old_connections()


class Hub:
    """The sockets of this process, by room; hints come from the layer, and the truth from the log."""

    def __init__(self, threads: Threads) -> None:
        self.name = uuid.uuid4().hex
        self.rooms: dict[int, LiveRoom] = {}
        self.people: dict[int, People] = {}
        self.admissions = Admissions(self.ask)
        self._threads = threads
        self._shows: dict[int, bool] = {}
        self._by_user: Counter[int] = Counter()
        self._by_address: Counter[str] = Counter()
        self._subscribed: set[int] = set()
        self._channel = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._announcer: Announcer | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, work: Callable[..., T], *args: Any) -> T:
        """What a function returns or raises that uses the database."""
        return await self._threads.call(in_database, work, *args)

    def start(self) -> None:
        """Begin to listen, with the first socket; starting twice is starting once."""
        if self._loop is not None:
            return
        self._threads.start()
        self._loop = asyncio.get_running_loop()
        self._announcer = Announcer()
        for work in (self._announcer.run(), self._listen(), self._watch()):
            self._later(work)

    # People come and go

    def is_full_for(self, user: int) -> bool:
        """Whether one person has as many sockets as they may."""
        return self._by_user[user] >= settings.EDUCA_CHAT_SOCKETS_PER_USER

    def is_full_from(self, address: str) -> bool:
        """Whether as many sockets come from an address as may."""
        return self._by_address[address] >= settings.EDUCA_CHAT_SOCKETS_PER_ADDRESS

    def room(self, room: Room) -> LiveRoom:
        """The room as this process sees it, from now on."""
        live = self.rooms.get(room.pk)
        if live is None:
            live = self.rooms[room.pk] = LiveRoom(room.pk, room.last_sequence, self.ask)
            self.people[room.pk] = People()
            self._later(self._subscribe(room.pk))
        live.hear(room.last_sequence)
        self._shows[room.pk] = room.shows_people
        return live

    def take_in(self, seat: Seat) -> None:
        """Somebody sits down."""
        seat.room.seats.add(seat)
        self._by_user[seat.badge.user] += 1
        self._by_address[seat.address] += 1
        people = self.people[seat.room.pk]
        people.come(seat.badge.username, seat.badge.name)
        if self._shows_people(seat.room.pk):
            seat.note(ready(people.frame(self._now())))

    def let_go(self, seat: Seat) -> None:
        """Somebody gets up. The room is put away by the next look, unless somebody comes."""
        if seat not in seat.room.seats:
            return
        seat.room.seats.discard(seat)
        seat.stop()
        self.people[seat.room.pk].go(seat.badge.username)
        self._by_user[seat.badge.user] -= 1
        if not self._by_user[seat.badge.user]:
            del self._by_user[seat.badge.user]
        self._by_address[seat.address] -= 1
        if not self._by_address[seat.address]:
            del self._by_address[seat.address]

    def type(self, seat: Seat) -> None:
        """Somebody is writing."""
        pk = seat.room.pk
        if not self._shows_people(pk) or len(seat.room.seats) > MOST_PEOPLE:
            return
        user, name = seat.badge.username, seat.badge.name
        seat.room.tell(ready({"type": "typing", "user": user, "name": name}), but=seat)
        if self._announcer is not None:
            self._announcer.note(pk, "typing", user, {"name": name})

    # Things happen

    def hear(self, room: int, sequence: int, part: Part | None = None) -> None:
        """Something was added to a log by this process, from any thread; `part` where nothing is to be read."""
        if self._loop is not None:
            call_in(self._loop, lambda: self._heard_here(room, sequence, part))

    def _heard_here(self, room: int, sequence: int, part: Part | None) -> None:
        if room in self.rooms:
            self.rooms[room].hear(sequence, part)
        if self._announcer is not None:
            self._announcer.announce(room, sequence)

    async def _listen(self) -> None:
        """Take what the layer brings; where it can't be reached, try again until it can."""
        layer = get_channel_layer()
        while True:
            try:
                if not self._channel:
                    async with asyncio.timeout(PATIENCE):
                        self._channel = await layer.new_channel()
                self._heard(await layer.receive(self._channel))
            except Exception as fault:  # noqa: BLE001 - whatever it is, the log is there to be polled
                complaints.say(fault)
                await asyncio.sleep(PATIENCE)

    def _heard(self, message: dict[str, Any]) -> None:
        live = self.rooms.get(message["room"])
        if live is None:
            return
        if message["type"] == "chat.hint":
            live.hear(message["sequence"])
        elif message["type"] == "chat.people" and message["who"] != self.name:
            self.people[live.pk].hear(message["who"], message["names"], self._now())
        elif message["type"] == "chat.typing" and self._is_elsewhere(live, message["who"]):
            live.tell(ready({"type": "typing", "user": message["who"], "name": message["name"]}))

    def _is_elsewhere(self, live: LiveRoom, username: str) -> bool:
        return self._shows_people(live.pk) and not self.people[live.pk].is_here(username)

    async def _subscribe(self, room: int) -> None:
        try:
            if self._channel:
                async with asyncio.timeout(PATIENCE):
                    await get_channel_layer().group_add(group_of(room), self._channel)
                self._subscribed.add(room)
        except Exception as fault:  # noqa: BLE001 - it is tried again with the next look
            complaints.say(fault)
        if room in self._subscribed and room not in self.rooms:  # everybody has gone meanwhile
            await self._unsubscribe(room)

    async def _unsubscribe(self, room: int) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await get_channel_layer().group_discard(group_of(room), self._channel)
        except Exception as fault:  # noqa: BLE001 - what comes for nobody is dropped
            complaints.say(fault)
        self._subscribed.discard(room)  # for who came meanwhile, the next look subscribes anew

    # Every two seconds

    async def _watch(self) -> None:
        while True:
            slices = self._slices()
            for asked in slices:
                await asyncio.sleep(TICK / len(slices))
                try:
                    await self._look(asked)
                except Exception:
                    logger.exception("The rooms can't be looked after")

    def _slices(self) -> list[dict[int, set[Badge]]]:
        """Whom to ask about until all were asked, by room: few at a time, so that nobody's message waits for it."""
        pairs = [(pk, badge) for pk, live in self.rooms.items() for badge in live.badges()]
        slices: list[dict[int, set[Badge]]] = []
        for start in range(0, len(pairs), SLICE):
            asked: dict[int, set[Badge]] = {}
            for pk, badge in pairs[start : start + SLICE]:
                asked.setdefault(pk, set()).add(badge)
            slices.append(asked)
        return slices or [{}]

    async def _look(self, asked: dict[int, set[Badge]]) -> None:
        self._put_away_empty_rooms()
        self._close_stuck_sockets()
        if asked:
            for pk, state in (await self.ask(look_at, asked)).items():
                if (live := self.rooms.get(pk)) is not None:
                    self._settle(live, state)
        for pk in self.rooms.keys() - self._subscribed:
            self._later(self._subscribe(pk))

    def _settle(self, live: LiveRoom, state: State) -> None:
        self._shows[live.pk] = state.shows_people
        seats = [seat for seat in live.seats if seat.badge in state.asked]
        for seat in seats:
            if seat.badge not in state.signed_in:
                seat.ask_to_leave(SIGNED_OUT)
            elif seat.badge.user not in state.members:
                seat.ask_to_leave(NOT_A_MEMBER)
        live.hear(state.head)
        for seat in seats:
            seat.hear_of_mute(state.mutes.get(seat.badge.user, NOT_MUTED))
        if self._shows_people(live.pk):
            self._tell_who_is_here(live)

    def _tell_who_is_here(self, live: LiveRoom) -> None:
        people, now = self.people[live.pk], self._now()
        if (names := people.to_announce(now)) is not None and self._announcer is not None:
            self._announcer.note(live.pk, "people", self.name, {"names": names})
        if (frame := people.news(now)) is not None:
            live.tell(ready(frame))

    def _close_stuck_sockets(self) -> None:
        now = self._now()
        for live in self.rooms.values():
            for seat in [seat for seat in live.seats if seat.is_stuck(now, STUCK)]:
                seat.ask_to_leave(TOO_SLOW)

    def _put_away_empty_rooms(self) -> None:
        for pk in [pk for pk, live in self.rooms.items() if not live.seats]:
            self.rooms.pop(pk).close()
            del self.people[pk]
            self._shows.pop(pk, None)
            if pk in self._subscribed:
                self._later(self._unsubscribe(pk))

    def _shows_people(self, room: int) -> bool:
        return settings.EDUCA_CHAT_PRESENCE and self._shows.get(room, False)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
