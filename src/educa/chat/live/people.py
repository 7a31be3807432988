"""Who is in a room: best effort, never stored."""

from collections import Counter

from educa.chat.frames import Frame

MOST_PEOPLE = 100  # in a room above which nobody is named any more
HOLDS = 50.0  # seconds after which another process is not believed any more
AGAIN = 20.0  # seconds after which the other processes are told again

Names = dict[str, str]
"""Names that are shown, by user names."""


class People:
    """Who is here: at the sockets of this process, and what the other processes say."""

    def __init__(self) -> None:
        self._here: Counter[str] = Counter()
        self._names: Names = {}
        self._elsewhere: dict[str, tuple[float, Names]] = {}
        self._told: Frame | None = None
        self._announced: tuple[float, Names] = (-AGAIN, {})

    def come(self, username: str, name: str) -> None:
        """Somebody has sat down, maybe at a second device."""
        self._here[username] += 1
        self._names[username] = name

    def go(self, username: str) -> None:
        """One socket of this person is gone."""
        self._here[username] -= 1
        if self._here[username] <= 0:
            del self._here[username]
            self._names.pop(username, None)

    def is_here(self, username: str) -> bool:
        """Whether this person sits in this process."""
        return username in self._here

    def hear(self, process: str, names: Names, now: float) -> None:
        """What another process says of its sockets."""
        self._elsewhere[process] = (now + HOLDS, names)

    def to_announce(self, now: float) -> Names | None:
        """What the other processes should be told now; None for nothing new."""
        at, before = self._announced
        if before == self._names and now - at < AGAIN:
            return None
        self._announced = (now, dict(self._names))
        return dict(self._names) if len(self._names) <= MOST_PEOPLE else {}

    def news(self, now: float) -> Frame | None:
        """What everybody should be told now; None while it is what they know."""
        frame = self.frame(now)
        if frame == self._told:
            return None
        self._told = frame
        return frame

    def frame(self, now: float) -> Frame:
        """Who is here."""
        elsewhere = self._elsewhere.items()
        self._elsewhere = {process: said for process, said in elsewhere if said[0] > now}
        everybody = dict(self._names)
        for _until, names in self._elsewhere.values():
            everybody |= names
        frame: Frame = {"type": "presence", "count": len(everybody)}
        if len(everybody) <= MOST_PEOPLE:
            people = sorted(everybody.items(), key=lambda pair: pair[1].lower())
            frame["people"] = [{"user": user, "name": name} for user, name in people]
        return frame
