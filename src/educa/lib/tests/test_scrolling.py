"""Tables and formulas that may be wider than the page."""

import pytest

from educa.lib.html import shown
from educa.lib.markdown import render_markdown

pytestmark = pytest.mark.once
BOX = '<div class="table-scroll" role="region" aria-label="Table" tabindex="0">'
TABLE = "<table><tbody><tr><td>1</td></tr></tbody></table>"


def test_table_of_markdown_scrolls_in_a_box_that_a_keyboard_reaches():
    assert render_markdown("| a |\n|---|\n| 1 |").startswith(f"{BOX}<table>")


def test_table_of_imported_html_scrolls_too():
    assert shown(f"<p>x</p>{TABLE}<p>y</p>") == f"<p>x</p>{BOX}{TABLE}</div><p>y</p>"


def test_table_in_a_table_stays_in_its_box():
    inner = f"<table><tbody><tr><td>{TABLE}</td></tr></tbody></table>"

    assert shown(inner + TABLE) == f"{BOX}{inner}</div>{BOX}{TABLE}</div>"


def test_table_that_was_boxed_already_has_no_second_box():
    boxed = f'<div class="table-scroll">{TABLE}</div>'

    assert shown(boxed) == boxed


def test_words_that_look_like_a_table_are_words():
    html = shown('<p title="<table>">&lt;table&gt;</p>')

    assert "table-scroll" not in html


def test_formula_that_stands_alone_scrolls_and_one_in_a_line_does_not():
    html = render_markdown("So $a$ is\n\n$$\na + b\n$$\n")

    assert html.count('<div class="formula-scroll"><math') == 1
    assert html.count("</math></div>") == 1


def test_formula_in_a_table_has_no_box_of_its_own():
    html = shown('<table><tbody><tr><td><math display="block"></math></td></tr></tbody></table>')

    assert "formula-scroll" not in html


def test_way_back_from_a_footnote_has_words():
    html = render_markdown("Said so.[^1]\n\n[^1]: By whom.")

    assert 'class="footnote-backref" aria-label="Back to the text"' in html
