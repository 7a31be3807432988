"""What every client saw, beside what the database holds: the verdict of a run."""

import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.torture.client import Client, Span
from tests.torture.faults import OF_REDIS, Window

AT_MOST = (
    5.0  # seconds until what others say arrives without Redis, and after which a removal holds
)
SOON = 0.5  # seconds until it arrives when nothing is wrong
SHOWN = 5  # faults of one sort that are spelled out

Log = dict[str, Any]
"""`events` and `messages` of the room, as `tests.torture.hand` tells them."""


@dataclass
class Seen:
    """Everything that a run has left."""

    clients: list[Client]
    guests: dict[int, float]
    """The numbers of clients who were removed, and when."""
    log: Log
    windows: list[Window]
    hand: dict[str, int]
    """What was said from another process, and the numbers that it got."""
    calm_since: float
    """From here on nothing was wrong any more."""
    ended: float


@dataclass
class Verdict:
    """What was found; all is well without `wrong`."""

    wrong: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def hold_against(self, name: str, found: list[str]) -> None:
        """Count something that must never be, and keep what it was."""
        self.figures[name] = len(found)
        self.wrong += [f"{name}: {words}" for words in found[:SHOWN]]


def judge(seen: Seen) -> Verdict:
    """Compare what everybody saw with the log, and with what is promised."""
    verdict = Verdict()
    for name, look in CHECKS.items():
        verdict.hold_against(name, list(look(seen)))
    kinds = Counter(kind for _number, kind, *_ in seen.log["events"])
    verdict.figures["events"] = dict(kinds)
    verdict.figures["deliveries"] = sum(len(s.events) for c in seen.clients for s in c.spans)
    verdict.figures["connections"] = sum(len(client.stays) for client in seen.clients)
    verdict.figures["latency_ms"] = latencies(seen)
    return verdict


def gaps_in_log(seen: Seen) -> Iterator[str]:
    """The numbers of a room are 1, 2, 3 …"""
    numbers = [number for number, *_ in seen.log["events"]]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"{len(numbers)} events have the numbers {numbers[:3]} … {numbers[-3:]}"


def lost(seen: Seen) -> Iterator[str]:
    """What was acknowledged is in the log, with the number that was told, and nothing is left unsent."""
    stored = {key: number for number, key, *_ in seen.log["messages"]}
    for told in [seen.hand, *(client.acknowledged for client in seen.clients)]:
        for key, number in told.items():
            if stored.get(key) != number:
                yield f"{key} was acknowledged as {number} and is {stored.get(key)}"
    for number, client in enumerate(seen.clients):
        if client.pending and number not in seen.guests:
            yield f"client {number} still waits for {len(client.pending)}"


def doubled(seen: Seen) -> Iterator[str]:
    """Everything that was said is there once."""
    for key, times in Counter(key for _number, key, *_ in seen.log["messages"]).items():
        if times > 1:
            yield f"{key} is there {times} times"
    for number, client in enumerate(seen.clients):
        for sequence, times in Counter(_sequences(client)).items():
            if times > 1:
                yield f"client {number} got {sequence} {times} times"


def refused_yet_stored(seen: Seen) -> Iterator[str]:
    """What was refused is not in the log."""
    stored = {key for _number, key, *_ in seen.log["messages"]}
    for client in seen.clients:
        for key in client.refused.keys() & stored:
            yield f"{key} was refused as {client.refused[key]}"


def wrong_for_clients(seen: Seen) -> Iterator[str]:
    """Nothing came out of order or twice on a connection, and no answer contradicted another."""
    for number, client in enumerate(seen.clients):
        for words in client.wrong:
            yield f"client {number}: {words}"


def unlike_the_log(seen: Seen) -> Iterator[str]:
    """Each client has every event since it came, in order, and each is what the log says."""
    rows = {number: row for number, *row in seen.log["events"]}
    for number, client in enumerate(seen.clients):
        for span in client.spans:
            for (_at, event), sequence in zip(
                span.events, range(span.after + 1, span.last + 1), strict=True
            ):
                if not _fits(event, sequence, rows.get(sequence)):
                    yield f"client {number} got {event} for {sequence} {rows.get(sequence)}"
        if number not in seen.guests and client.position != len(rows):
            yield f"client {number} ends at {client.position} of {len(rows)}"


def _fits(event: dict[str, Any], sequence: int, row: list[Any] | None) -> bool:
    if row is None or event["sequence"] != sequence:
        return False
    kind, _at, target, key = row
    if kind == "message":
        return bool(event["type"] == kind and event["client_id"] == key)
    return bool(event["type"] == kind and event["target"] == target)


def unlike_on_screen(seen: Seen) -> Iterator[str]:
    """What each client would show in the end is what the database holds."""
    stored = {number: body for number, _key, body, _gone in seen.log["messages"]}
    for number, client in enumerate(seen.clients):
        if number in seen.guests:
            continue
        screen = shown(client)
        first = 0 if client.pages else client.spans[0].after
        wanted = {sequence: body for sequence, body in stored.items() if sequence > first}
        if screen != wanted:
            unlike = [
                key for key in wanted.keys() | screen.keys() if wanted.get(key) != screen.get(key)
            ]
            yield f"client {number} shows {len(unlike)} messages otherwise: {sorted(unlike)[:5]}"


def shown(client: Client) -> dict[int, str]:
    """The messages that a client has on its screen, by number."""
    screen: dict[int, str] = {}
    spans: list[Span] = client.spans
    if client.pages:
        spans = client.spans[-1:]
        screen = {message["sequence"]: message["message"] for message in client.pages[-1][1]}
    for span in spans:
        for _at, event in span.events:
            if event["type"] == "message":
                screen[event["sequence"]] = event["message"]
            elif event["type"] == "edit" and event["target"] in screen:
                screen[event["target"]] = event["message"]
            elif event["type"] == "delete" and event["target"] in screen:
                screen[event["target"]] = ""
    return screen


def told_after_deletion(seen: Seen) -> Iterator[str]:
    """What was deleted is told to nobody any more."""
    gone = {number: at for number, _key, _body, at in seen.log["messages"] if at is not None}
    for number, client in enumerate(seen.clients):
        for arrived, event in _events(client):
            deleted = gone.get(event["sequence"]) if event["type"] == "message" else None
            if deleted is None or not event["message"] or arrived <= deleted + AT_MOST:
                continue
            if not _touched(seen, number, deleted, arrived):
                yield f"client {number} got {event['sequence']} {arrived - deleted:.1f} s later"


def told_after_removal(seen: Seen) -> Iterator[str]:
    """Who was removed gets nothing more after five seconds, and hears why."""
    for number, at in seen.guests.items():
        client = seen.clients[number]
        late = [arrived - at for arrived, _event in _events(client) if arrived > at + AT_MOST]
        if late:
            yield f"client {number} got {len(late)} events up to {max(late):.1f} s after it was removed"
        if client.left is None:
            yield f"client {number} was not told to go"


def disconnected_without_reason(seen: Seen) -> Iterator[str]:
    """Nobody loses a connection but for a fault of the network, or the death of a server; never for Redis."""
    for number, client in enumerate(seen.clients):
        for stay in client.stays:
            ended = stay.until
            if ended > seen.ended or number in seen.guests:
                continue
            reasons = [w for w in seen.windows if w.kind not in OF_REDIS and w.kind != "doubled"]
            if not any(window.touches(number, ended, ended) for window in reasons):
                yield f"client {number} {seen.ended - ended:.1f} s before the end: {stay.code} {stay.reason}"


def late_without_redis(seen: Seen) -> Iterator[str]:
    """With Redis down, what others say arrives within five seconds, and what this machine takes anyway."""
    sent = {number: at for number, _kind, at, *_ in seen.log["events"]}
    redis = [window for window in seen.windows if window.kind in OF_REDIS]
    at_most = AT_MOST + latencies(seen).get("healthy_p99", 0) / 1000
    for number, arrived, at in _undisturbed(seen, sent, but=OF_REDIS):
        if arrived - at > at_most and any(w.touches(number, at, arrived) for w in redis):
            yield f"client {number} got an event {arrived - at:.1f} s later"


def late_in_calm(seen: Seen) -> Iterator[str]:
    """When nothing is wrong any more, hints are heard again: half of all arrives at once."""
    sent = {number: at for number, _kind, at, *_ in seen.log["events"] if at > seen.calm_since}
    took = [arrived - at for _number, arrived, at in _undisturbed(seen, sent, but=set())]
    if not took or statistics.median(took) > SOON:
        yield f"the median is {statistics.median(took) if took else float('nan'):.2f} s"


def latencies(seen: Seen) -> dict[str, float]:
    """How long it took to whom nothing happened: with Redis healthy, and while it was not."""
    sent = {number: at for number, _kind, at, *_ in seen.log["events"]}
    redis = [window for window in seen.windows if window.kind in OF_REDIS]
    healthy, without = [], []
    for number, arrived, at in _undisturbed(seen, sent, but=OF_REDIS):
        is_down = any(window.touches(number, at, arrived) for window in redis)
        (without if is_down else healthy).append(1000 * (arrived - at))
    return {
        **_quantiles("healthy", sorted(healthy)),
        **_quantiles("without_redis", sorted(without)),
    }


def _quantiles(name: str, took: list[float]) -> dict[str, float]:
    if not took:
        return {}
    return {
        f"{name}_p50": round(took[len(took) // 2]),
        f"{name}_p99": round(took[int(len(took) * 0.99)]),
        f"{name}_max": round(took[-1]),
    }


def _undisturbed(
    seen: Seen, sent: dict[int, float], *, but: set[str]
) -> Iterator[tuple[int, float, float]]:
    """Arrivals at clients which were connected all the while, and whom no other fault touched."""
    others = [window for window in seen.windows if window.kind not in but | {"doubled"}]
    for number, client in enumerate(seen.clients):
        for arrived, event in _events(client):
            at = sent.get(event["sequence"])
            if at is None or not any(s.since < at and arrived <= s.until for s in client.stays):
                continue
            if not any(window.touches(number, at, arrived) for window in others):
                yield number, arrived, at


def _touched(seen: Seen, number: int, since: float, until: float) -> bool:
    return any(window.touches(number, since, until) for window in seen.windows)


def _events(client: Client) -> Iterator[tuple[float, dict[str, Any]]]:
    for span in client.spans:
        yield from span.events


def _sequences(client: Client) -> Iterator[int]:
    for _arrived, event in _events(client):
        yield event["sequence"]


CHECKS: dict[str, Callable[[Seen], Iterator[str]]] = {
    "gaps": gaps_in_log,
    "lost": lost,
    "doubled": doubled,
    "out of order": wrong_for_clients,
    "unlike the log": unlike_the_log,
    "unlike on the screen": unlike_on_screen,
    "refused yet stored": refused_yet_stored,
    "told after removal": told_after_removal,
    "told after deletion": told_after_deletion,
    "disconnected without a reason": disconnected_without_reason,
    "late without Redis": late_without_redis,
    "late when all is well": late_in_calm,
}
