"""The part of a text in which a search has found something, with the hits marked."""

import re
from dataclasses import dataclass
from itertools import islice

from educa.lib.folding import SPACELESS_RUN, Query, folded, runs_in, words_in_run

LENGTH = 240  # characters of a passage
LEAD = 60  # characters of it before the first hit
MOST_HITS = 500  # of a text that are looked at
SLACK = 30  # characters at an end that may be left out, to begin or end with a whole word
ELLIPSIS = "…"


@dataclass(frozen=True)
class Piece:
    """Some of the text; it is a hit, or what stands between hits."""

    text: str
    is_hit: bool = False


@dataclass(frozen=True)
class _Hit:
    start: int
    end: int
    found: frozenset[int]  # which terms of the query


def marked(text: str, query: Query) -> list[Piece]:
    """All of the text."""
    return _pieces(text, _hits(text, query), 0, len(text))


def passage_of(text: str, query: Query) -> list[Piece]:
    """So much of the text as shows most of what was asked for; its beginning when that is not in it."""
    hits = _hits(text, query)
    start = _best_start(hits)
    first = _word_start(text, start)
    last = _word_end(text, min(len(text), first + LENGTH))
    pieces = _pieces(
        text, [hit for hit in hits if hit.start >= first and hit.end <= last], first, last
    )
    before = [Piece(ELLIPSIS)] if first else []
    return [*before, *pieces, *([Piece(ELLIPSIS)] if last < len(text) else [])]


def _hits(text: str, query: Query) -> list[_Hit]:
    known: dict[str, frozenset[int]] = {}
    hits: list[_Hit] = []
    for match in runs_in(text):
        run = match[0]
        if SPACELESS_RUN.search(run):
            hits += _hits_inside(run, match.start(), query)
        else:
            if run not in known:
                known[run] = _terms_found(run, query)
            if known[run]:
                hits.append(_Hit(match.start(), match.end(), known[run]))
        if len(hits) >= MOST_HITS:
            break
    return hits


def _terms_found(run: str, query: Query) -> frozenset[int]:
    words = words_in_run(run)
    return frozenset(
        place for place, term in enumerate(query.terms) if any(term.finds(word) for word in words)
    )


def _hits_inside(run: str, offset: int, query: Query) -> list[_Hit]:
    """Where a run without blanks has those of the query, and its words between such characters."""
    hits = []
    for part in re.finditer(rf"{SPACELESS_RUN.pattern}|(?:(?!{SPACELESS_RUN.pattern}).)+", run):
        start = offset + part.start()
        if not part[1]:
            found = _terms_found(part[0], query)
            hits += [_Hit(start, start + len(part[0]), found)] if found else []
            continue
        letters = [folded(character) for character in part[1]]
        places = [place for place, letter in enumerate(letters) for _ in letter]
        for number, wanted in enumerate(query.runs):
            hits += [
                _Hit(
                    start + places[at],
                    start + places[at + len(wanted) - 1] + 1,
                    frozenset({-1 - number}),
                )
                for at in _occurrences("".join(letters), wanted)
            ]
    return sorted(hits, key=lambda hit: hit.start)


def _occurrences(text: str, wanted: str) -> list[int]:
    found = re.finditer(re.escape(wanted), text)
    return [match.start() for match in islice(found, MOST_HITS)]


def _best_start(hits: list[_Hit]) -> int:
    """Where the passage begins that shows the most different words, the first of such."""
    best, most = 0, 0
    for number, hit in enumerate(hits):
        near = [h.found for h in islice(hits, number, None) if h.end <= hit.start + LENGTH - LEAD]
        shown = len(frozenset().union(*near[:50]))
        if shown > most:
            best, most = max(0, hit.start - LEAD), shown
    return best


def _word_start(text: str, start: int) -> int:
    if start == 0:
        return 0
    blank = text.find(" ", start - 1, start + SLACK)
    return blank + 1 if blank >= 0 else start


def _word_end(text: str, end: int) -> int:
    if end == len(text):
        return end
    blank = text.rfind(" ", end - SLACK, end)
    return blank if blank >= 0 else end


def _pieces(text: str, hits: list[_Hit], first: int, last: int) -> list[Piece]:
    pieces, at = [], first
    for hit in hits:
        if hit.start < at:
            continue  # two words of the query mean the same place
        if hit.start > at:
            pieces.append(Piece(text[at : hit.start]))
        pieces.append(Piece(text[hit.start : hit.end], is_hit=True))
        at = hit.end
    if at < last:
        pieces.append(Piece(text[at:last]))
    return pieces
