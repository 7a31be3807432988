"""Words as a search compares them: the same for every database, and for what people type.

Upper case, accents, wide and joined letters make no difference. Languages that put no blanks between
words are cut into overlapping pairs of characters, so that a word is found inside a sentence.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice, pairwise

LONGEST_QUERY = 200  # characters that are looked at
LONGEST_WORD = 64  # characters that are compared
MOST_TERMS = 10  # of a query
SHORTEST_BEGINNING = 2  # characters of a word that is not written to its end

# The marks that tell one kana from another; all others that sit on a letter are accents.
KANA_MARKS = "\u3099\u309a"
ZERO_WIDTH_SPACE = "\u200b"
# Thai, Lao, Myanmar, Khmer, kana and Chinese characters.
SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
SPACELESS_RUN = re.compile(f"([{SPACELESS}]+)")


@dataclass(frozen=True)
class Term:
    """A word to be found; one that `is_beginning` stands for all words that begin so."""

    word: str
    is_beginning: bool = False

    def finds(self, word: str) -> bool:
        """Whether it means this folded word."""
        return word.startswith(self.word) if self.is_beginning else word == self.word


@dataclass(frozen=True)
class Query:
    """What somebody looks for: all of `terms`. `runs` are the parts of it without blanks between words."""

    terms: tuple[Term, ...]
    runs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)


def folded(text: str) -> str:
    """The text as it is compared: small letters without accents. It may be longer or shorter than before."""
    if text.isascii():
        return text.lower()
    # Twice, as Unicode says (3.13, D146): casefolding makes letters that can be taken apart again.
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", "".join(filter(None, map(_kept, bare))))


@lru_cache(maxsize=4096)
def _kept(character: str) -> str:
    if character in KANA_MARKS:
        return character
    if character == ZERO_WIDTH_SPACE:
        return " "
    is_silent = unicodedata.combining(character) or unicodedata.category(character) == "Cf"
    return "" if is_silent else character


def words_in(text: str) -> Iterator[str]:
    """The folded words of a text, each once, in the order in which they occur first."""
    # Each way of writing is folded once, which for long texts is much less than folding all of it.
    written = dict.fromkeys(_written(text))
    return iter(dict.fromkeys(word for run in written for word in words_in_run(run)))


def words_in_run(run: str) -> tuple[str, ...]:
    """The folded words of what is written in one run of `runs_in`: one, but for some scripts and letters."""
    return _remembered(run) if len(run) <= LONGEST_WORD else _split(run)


def _split(run: str) -> tuple[str, ...]:
    return tuple(word for part in _written(folded(run)) for word in _words_of(part))


_remembered = lru_cache(maxsize=20_000)(_split)


def _words_of(run: str) -> Iterator[str]:
    for part in SPACELESS_RUN.split(run):
        if not part:
            continue
        if SPACELESS_RUN.match(part):
            yield from map("".join, pairwise(part))
            yield part[-1]
        else:
            yield part[:LONGEST_WORD]


def query_for(text: str) -> Query:
    """What the text asks for; nothing, when there is no word in it.

    The last word may be one that is still being typed. What is beyond the limits is left out.
    """
    terms: list[Term] = []
    runs: list[str] = []
    for run in _written(folded(text[:LONGEST_QUERY])):
        for part in filter(None, SPACELESS_RUN.split(run)):
            if SPACELESS_RUN.match(part):
                runs.append(part)
                terms += _terms_of_run(part)
            else:
                terms.append(Term(part[:LONGEST_WORD]))
    if terms and _may_go_on(terms[-1]):
        terms[-1] = Term(terms[-1].word, is_beginning=True)
    return Query(tuple(islice(dict.fromkeys(terms), MOST_TERMS)), tuple(runs))


def _terms_of_run(part: str) -> Iterable[Term]:
    if len(part) == 1:
        return [Term(part, is_beginning=True)]
    return [Term("".join(pair)) for pair in pairwise(part)]


def _may_go_on(term: Term) -> bool:
    is_pair = SPACELESS_RUN.match(term.word) is not None
    return not is_pair and SHORTEST_BEGINNING <= len(term.word) < LONGEST_WORD


def runs_in(text: str) -> Iterator[re.Match[str]]:
    """Runs of letters, digits, and the marks that belong to them, with their places in the text."""
    return _runs().finditer(text.replace("_", " "))


@cache
def _runs() -> re.Pattern[str]:
    # One by one, because a class of characters is quick and `\w` beside others in it is not. Beyond them there
    # are old scripts, letters for formulas, and Chinese characters.
    characters = "".join(filter(_is_of_word, map(chr, range(0x10000))))
    return re.compile(f"[{characters}\U00010000-\U0001efff\U00020000-\U0003ffff]+")


def _is_of_word(character: str) -> bool:
    if character.isalnum():
        return True
    is_mark = unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf"}
    return is_mark and character != ZERO_WIDTH_SPACE


def _written(text: str) -> list[str]:
    return _runs().findall(text.replace("_", " "))
