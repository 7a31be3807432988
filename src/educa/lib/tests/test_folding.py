"""Words as a search compares them."""

import pytest

from educa.lib.folding import LONGEST_WORD, MOST_TERMS, Term, folded, query_for, words_in

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Éclair", "eclair"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("ﬁnal", "final"),
        ("Ｗｉｄｅ", "wide"),
        ("İstanbul", "istanbul"),
        ("ΛΌΓΟΣ", "λογοσ"),
        ("λόγος", "λογοσ"),
        ("مُحَمَّد", "محمد"),
        ("Ёлка", "елка"),
        ("soft\u00adhyphen", "softhyphen"),
        ("ガク", "ガク"),
        ("한국", "한국"),
    ],
)
def test_letters_are_compared_without_case_and_accents(written, compared):
    assert folded(written) == compared


def test_words_come_once_in_the_order_of_the_text():
    assert list(words_in("The tide, the TIDE's ebb_flow; 3.5")) == [
        "the", "tide", "s", "ebb", "flow", "3", "5",
    ]  # fmt: skip


def test_vowel_signs_belong_to_their_word():
    assert len(list(words_in("हिन्दी में"))) == 2


def test_text_without_blanks_is_cut_into_pairs():
    assert list(words_in("学习数学")) == ["学习", "习数", "数学", "学"]


def test_word_of_endless_length_is_cut():
    assert list(words_in("a" * 9_999)) == ["a" * LONGEST_WORD]


def test_last_word_may_go_on():
    assert query_for("the tid").terms == (Term("the"), Term("tid", is_beginning=True))


def test_single_letter_is_no_beginning():
    assert query_for("vitamin c").terms[-1] == Term("c")


def test_one_chinese_character_is_the_beginning_of_pairs():
    assert query_for("数").terms == (Term("数", is_beginning=True),)


def test_chinese_word_is_looked_for_by_its_pairs():
    assert query_for("数学家").terms == (Term("数学"), Term("学家"))


@pytest.mark.parametrize("text", ["", "  ", '"*:^-()', "🙂🙃", "\0", "NEAR" * 0, "\u0301"])
def test_query_without_a_word_asks_for_nothing(text):
    assert not query_for(text)


def test_query_is_bounded():
    query = query_for(" ".join(f"word{number}" for number in range(5_000)))

    assert len(query.terms) == MOST_TERMS
