"""Parts of a video that were played, as pairs of seconds."""

import math
from collections.abc import Iterable, Sequence

MOST_PARTS = 200
CLOSE = 1.0  # seconds; players tell where they stood only so often

Interval = tuple[float, float]


def merged(parts: Iterable[Sequence[float]], *, end: float | None = None) -> list[list[float]]:
    """The parts in order, where those that overlap or nearly touch are one; none goes beyond `end`.

    Of more than `MOST_PARTS` the shortest are dropped, so that never more counts than was played.
    """
    result: list[list[float]] = []
    limit = math.inf if end is None else end
    for start, stop in sorted((min(part[0], limit), min(part[1], limit)) for part in parts):
        if result and start <= result[-1][1] + CLOSE:
            result[-1][1] = max(result[-1][1], stop)
        elif start < stop:
            result.append([start, stop])
    if len(result) > MOST_PARTS:
        longest = sorted(result, key=lambda part: part[1] - part[0], reverse=True)
        result = sorted(longest[:MOST_PARTS])
    return [[round(start, 1), round(stop, 1)] for start, stop in result]


def covered(parts: Iterable[Sequence[float]]) -> float:
    """How many seconds parts that do not overlap have together."""
    return sum(part[1] - part[0] for part in parts)
