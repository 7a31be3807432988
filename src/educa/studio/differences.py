"""What differs between two texts: line by line, with the words that changed marked.

The longest common subsequence is found with one long number per line, each bit of it a line of the
other text (Hyyrö 2004): no pair of texts takes longer than its size makes it, which can't be said of
difflib.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

CONTEXT = 3  # lines that are shown around those that changed
MAX_ROWS = 1_000  # rows of a difference that a page shows
# Lines (or words) of the one text times those of the other; in bits of memory, so 8 MB.
MOST_COMPARED = 2**26
NEAR = 8  # lines among which the earlier form of a changed line is looked for
ALIKE = 0.5  # of the words of two lines are the same: one line that changed, not two
WORD = re.compile(r"\w+|\s+|[^\w\s]")

Mark = Literal["same", "added", "removed"]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """A part of a line, and what became of it."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Line:
    """A line of the old text, of the new one, or of both."""

    kind: Literal["same", "added", "removed", "changed"]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Fold:
    """So many lines that are the same in both texts, which are not shown."""

    size: int


@dataclass(frozen=True)
class Difference:
    """The rows to show, whether there are more besides, and how many lines changed.

    A line in which words changed counts as added and as removed.
    """

    rows: list[Line | Fold]
    goes_on: bool
    added: int
    removed: int

    @property
    def is_none(self) -> bool:
        """Whether both texts say the same."""
        return not self.added and not self.removed


def difference_of(old: str, new: str) -> Difference:
    """What became of the lines of `old` in `new`."""
    before, after = _split(old), _split(new)
    same = matches(before, after)
    rows = list(islice(_rows(before, after, same), MAX_ROWS + 1))
    return Difference(
        rows=rows[:MAX_ROWS],
        goes_on=len(rows) > MAX_ROWS,
        added=len(after) - len(same),
        removed=len(before) - len(same),
    )


def _split(text: str) -> list[str]:
    return text.split("\n") if text else []


def _rows(old: list[str], new: list[str], same: list[Pair]) -> Iterator[Line | Fold]:
    """Rows one by one: what nobody is shown costs nothing."""
    for removed, added, stayed, is_end in _stretches(old, new, same):
        yield from _changed_lines(removed, added)
        head = CONTEXT if removed or added else 0
        yield from _folded(stayed, head, 0 if is_end else CONTEXT)


def _stretches(
    old: list[str], new: list[str], same: list[Pair]
) -> Iterator[tuple[list[str], list[str], list[str], bool]]:
    """Lines that were replaced, those that replaced them, those that stayed then, and whether that is all."""
    a = b = k = 0
    while a < len(old) or b < len(new):
        i, j = same[k] if k < len(same) else (len(old), len(new))
        size = 0
        while k < len(same) and same[k] == (i + size, j + size):
            k, size = k + 1, size + 1
        removed, added = old[a:i], new[b:j]
        a, b = i + size, j + size
        yield removed, added, old[i:a], a == len(old) and b == len(new)


def _folded(lines: list[str], head: int, tail: int) -> Iterator[Line | Fold]:
    """Lines that stayed; of many, so many at both ends."""
    hidden = len(lines) - head - tail
    folds = hidden > 1  # for a single line, it would take its place
    for line in lines[:head] if folds else lines:
        yield _whole("same", line)
    if folds:
        yield Fold(hidden)
        for line in lines[len(lines) - tail :]:
            yield _whole("same", line)


def _whole(mark: Mark, text: str) -> Line:
    return Line(mark, (Piece(mark, text),))


def _changed_lines(old: list[str], new: list[str]) -> Iterator[Line]:
    """Lines that were replaced by others: those that are alike become one line with marked words."""
    place, waiting = 0, list[str]()
    for line in new[:MAX_ROWS]:
        near = range(place, min(place + NEAR, len(old)))
        found = next((k for k in near if _alike(old[k], line)), None)
        if found is None:
            waiting.append(line)
            continue
        yield from _replaced(old[place:found], waiting)
        yield Line("changed", tuple(_pieces(old[found], line)))
        place, waiting = found + 1, []
    yield from _replaced(old[place:], [*waiting, *new[MAX_ROWS:]])


def _replaced(old: Iterable[str], new: Iterable[str]) -> Iterator[Line]:
    yield from (_whole("removed", line) for line in old)
    yield from (_whole("added", line) for line in new)


def _alike(old: str, new: str) -> bool:
    before, after = Counter(re.findall(r"\w+", old)), Counter(re.findall(r"\w+", new))
    return 2 * (before & after).total() >= ALIKE * max(1, before.total() + after.total())


def _pieces(old: str, new: str) -> Iterator[Piece]:
    """The words of both lines in order; a blank between two changes is part of them."""
    before, after = WORD.findall(old), WORD.findall(new)
    removed = added = same = ""
    a = b = 0
    for i, j in [*matches(before, after), (len(before), len(after))]:
        if before[a:i] or after[b:j]:
            if removed and added and same.isspace():
                removed, added = removed + same, added + same
            else:
                yield from _marked(removed, added, same)
                removed = added = ""
            same = ""
            removed, added = removed + "".join(before[a:i]), added + "".join(after[b:j])
        same += "".join(before[i : i + 1])
        a, b = i + 1, j + 1
    yield from _marked(removed, added, same)


def _marked(removed: str, added: str, same: str) -> Iterator[Piece]:
    if removed:
        yield Piece("removed", removed)
    if added:
        yield Piece("added", added)
    if same:
        yield Piece("same", same)


def matches(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Which entries of the one are the same as which of the other, as places in both, in order.

    The most that there can be, as long as what differs is not too much; then those that can be told
    by entries of which there is only one.
    """
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    between = _between(before, after)
    return [
        *((k, k) for k in range(start)),
        *((start + i, start + j) for i, j in between),
        *((len(old) - k, len(new) - k) for k in range(end, 0, -1)),
    ]


def _between(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    if not old or not new:
        return []
    if len(old) * len(new) <= MOST_COMPARED:
        return _longest_common(old, new)
    found: list[Pair] = []
    a = b = 0
    anchors = _anchors(old, new)
    for i, j in [*anchors, (len(old), len(new))] if anchors else []:
        found += ((a + x, b + y) for x, y in matches(old[a:i], new[b:j]))
        if i < len(old):
            found.append((i, j))
        a, b = i + 1, j + 1
    return found


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Entries that there are once in both, as many of them as stand in the same order."""
    in_old, in_new = Counter(old), Counter(new)
    places = {entry: j for j, entry in enumerate(new) if in_new[entry] == in_old[entry] == 1}
    pairs = [(i, places[entry]) for i, entry in enumerate(old) if entry in places]
    # The longest row of rising places (patience sorting): the top of each pile, and who lies below.
    tops: list[int] = []
    top_of: list[int] = []
    below: list[int] = []
    for number, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        tops[pile : pile + 1] = [j]
        top_of[pile : pile + 1] = [number]
        below.append(top_of[pile - 1] if pile else -1)
    row: list[Pair] = []
    number = top_of[-1] if top_of else -1
    while number >= 0:
        row.append(pairs[number])
        number = below[number]
    return row[::-1]


def _longest_common(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """The longest common subsequence: bit j of a row is 0 where the entry j of `new` adds to it."""
    if len(new) > len(
        old
    ):  # the bits are those of the shorter one, or a few entries fill the memory
        return [(i, j) for j, i in _longest_common(new, old)]
    places: dict[str, int] = {}
    for j, entry in enumerate(new):
        places[entry] = places.get(entry, 0) | 1 << j
    full = (1 << len(new)) - 1
    row, rows = full, list[int]()
    for entry in old:
        hit = row & places.get(entry, 0)
        row = (row + hit | row - hit) & full
        rows.append(row)
    found: list[Pair] = []
    i, j = len(old) - 1, len(new) - 1
    while i >= 0 and j >= 0:
        if rows[i] >> j & 1:
            j -= 1
        elif i and not rows[i - 1] >> j & 1:
            i -= 1
        else:
            found.append((i, j))
            i, j = i - 1, j - 1
    return found[::-1]
