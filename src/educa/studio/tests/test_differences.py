"""What differs between two texts, line by line and word by word."""

import time
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from educa.studio.differences import MAX_ROWS, Fold, Line, difference_of, matches

pytestmark = pytest.mark.once

SHORT = st.lists(st.sampled_from("abc"), max_size=9)
MEGABYTE = 2**20
LARGE = {
    "both ends of a long text": (
        "A\n" + "line of a text\n" * 70_000 + "B",
        "C\n" + "line of a text\n" * 70_000 + "D",
    ),
    "nothing but empty lines": ("\n" * MEGABYTE, "a\n" * (MEGABYTE // 2)),
    "the same lines in another order": ("a\nb\n" * 250_000, "b\na\na\n" * 170_000),
    "one line": ("wave sound " * 90_000, "sound wave light " * 60_000),
    "one word": ("a" * MEGABYTE, "a" * (MEGABYTE - 1) + "b"),
    "every line": (
        "\n".join(f"line {n} says so" for n in range(50_000)),
        "\n".join(f"line {n} says no" for n in range(50_000)),
    ),
}


def shown(old, new):
    """The rows as short words: a sign, and the line with its changed words in brackets."""
    signs = {"same": " ", "added": "+", "removed": "-", "changed": "~"}
    marks = {"same": "{}", "added": "[+{}]", "removed": "[-{}]"}
    rows = []
    for row in difference_of(old, new).rows:
        if isinstance(row, Fold):
            rows.append(f"({row.size})")
        elif row.kind == "changed":
            words = "".join(marks[piece.mark].format(piece.text) for piece in row.pieces)
            rows.append(f"~{words}")
        else:
            rows.append(signs[row.kind] + row.pieces[0].text)
    return rows


def longest(old, new):
    """The length of the longest common subsequence, by the textbook."""
    row = [0] * (len(new) + 1)
    for entry in old:
        above = row
        row = [0]
        for place, other in enumerate(new):
            row.append(above[place] + 1 if entry == other else max(above[place + 1], row[-1]))
    return row[-1]


def test_words_that_changed_are_marked_in_their_line():
    assert shown("The wave moves on.", "The quick wave stands.") == [
        "~The [+quick ]wave [-moves on][+stands]."
    ]


def test_lines_that_have_nothing_in_common_are_two_lines():
    assert shown("Water is wet.", "Sound needs a medium.") == [
        "-Water is wet.",
        "+Sound needs a medium.",
    ]


def test_line_that_changed_is_found_behind_new_ones():
    assert shown("a\nThe wave moves.", "a\nA new line.\nThe wave stands.") == [
        " a",
        "+A new line.",
        "~The wave [-moves][+stands].",
    ]


def test_many_lines_that_stayed_are_folded():
    text = "\n".join(f"line {number}" for number in range(20))

    assert shown(text, text + "\nend") == ["(17)", " line 17", " line 18", " line 19", "+end"]
    assert shown("old\n" + text, text)[:5] == ["-old", " line 0", " line 1", " line 2", "(17)"]


def test_a_single_line_is_not_folded():
    text = "\n".join(f"line {number}" for number in range(4))

    assert shown(text, text + "\nend")[0] == " line 0"


@pytest.mark.parametrize(("old", "new"), [("", ""), ("same", "same"), ("a\n\nb", "a\n\nb")])
def test_equal_texts_differ_in_nothing(old, new):
    assert difference_of(old, new).is_none


def test_changed_lines_are_counted_on_both_sides():
    difference = difference_of("one\ntwo\nthree", "one\n2\nthree\nfour")

    assert (difference.added, difference.removed) == (2, 1)


@given(old=SHORT, new=SHORT)
def test_as_much_as_possible_stays(old, new):
    found = matches(old, new)

    assert len(found) == longest(old, new)
    assert all(old[i] == new[j] for i, j in found)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(found))


@given(old=st.text("ab \n", max_size=40), new=st.text("ab \n", max_size=40))
def test_both_texts_can_be_read_out_of_the_rows(old, new):
    def side(mark):
        lines = [
            row for row in rows if isinstance(row, Line) and row.kind in {"same", "changed", mark}
        ]
        return [
            "".join(piece.text for piece in row.pieces if piece.mark in {"same", mark})
            for row in lines
        ]

    rows = difference_of(old, new).rows
    folded = sum(row.size for row in rows if isinstance(row, Fold))

    assert len(side("removed")) + folded == (len(old.split("\n")) if old else 0)
    assert set(side("removed")) <= set(old.split("\n"))
    assert set(side("added")) <= set(new.split("\n"))


@pytest.mark.parametrize("what", LARGE)
def test_a_megabyte_is_compared_in_a_bounded_time(what):
    begin = time.process_time()

    difference = difference_of(*LARGE[what])

    assert time.process_time() - begin < 5  # a tenth of that on an idle machine
    assert not difference.is_none
    assert len(difference.rows) <= MAX_ROWS


def test_a_word_beside_a_very_long_text_takes_little_memory():
    lines = "\n".join(map(str, range(60_000)))
    tracemalloc.start()

    difference_of("x", lines)

    assert tracemalloc.get_traced_memory()[1] < 100 * 2**20
    tracemalloc.stop()
