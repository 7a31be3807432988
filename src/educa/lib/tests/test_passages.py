"""Passages with the hits of a search."""

import pytest

from educa.lib.folding import query_for
from educa.lib.passages import LENGTH, marked, passage_of

pytestmark = pytest.mark.once


def shown(pieces):
    return "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in pieces)


def hits(pieces):
    return [piece.text for piece in pieces if piece.is_hit]


def test_hits_are_marked_as_they_are_written():
    assert (
        shown(marked("Éclairs and an ÉCLAIR", query_for("eclair"))) == "[Éclairs] and an [ÉCLAIR]"
    )


def test_word_inside_of_another_is_no_hit():
    assert hits(marked("untidy tide", query_for("tid"))) == ["tide"]


def test_passage_is_where_most_of_the_query_is():
    text = "ebb " + "filler " * 100 + "the ebb and the flow " + "filler " * 100

    passage = passage_of(text, query_for("ebb flow"))

    assert hits(passage) == ["ebb", "flow"]
    assert (shown(passage)[:7], shown(passage)[-7:]) == ("…filler", "filler…")


def test_passage_is_no_longer_than_it_should_be():
    passage = passage_of("tide " * 10_000, query_for("tide"))

    assert len("".join(piece.text for piece in passage)) <= LENGTH + 2


def test_without_a_hit_it_is_the_beginning():
    text = "First words. " + "filler " * 100

    assert shown(passage_of(text, query_for("tide"))).startswith("First words. filler")


def test_chinese_is_marked_inside_a_sentence():
    assert shown(marked("我喜欢学习数学。", query_for("数学"))) == "我喜欢学习[数学]。"


def test_latin_word_between_chinese_characters_is_marked():
    assert shown(marked("用Python学习", query_for("python"))) == "用[Python]学习"


def test_markup_is_text():
    assert shown(marked("<b>tide</b>", query_for("tide"))) == "<b>[tide]</b>"


def test_endless_line_has_a_passage():
    passage = passage_of("x" * 5_000 + " tide", query_for("tide"))

    assert hits(passage) == ["tide"]


def test_nothing_has_an_empty_passage():
    assert passage_of("", query_for("tide")) == []
