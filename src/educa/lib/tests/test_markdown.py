"""What Markdown can do, and what it can't."""

import time

import pytest
from pygments.lexers import get_lexer_by_name

from educa.lib.markdown import LANGUAGES, MAX_FORMULA, render_markdown, text_of_markdown

pytestmark = pytest.mark.once


def test_first_heading_is_below_the_title_of_the_page():
    assert '<h2 id="c-a-heading"' in render_markdown("# A heading")


def test_headings_keep_their_distance():
    html = render_markdown("# One\n\n## Two\n\n###### Six")

    assert [level for level in ("<h1", "<h2", "<h3", "<h6") if level in html] == [
        "<h2",
        "<h3",
        "<h6",
    ]


def test_headings_that_begin_at_the_second_level_stay():
    assert "<h2" in render_markdown("## Two")


def test_table_can_be_scrolled():
    html = render_markdown("| a | b |\n|---|---|\n| 1 | 2 |")

    assert html.startswith('<div class="table-scroll"')
    assert "<td>2</td>" in html


def test_code_is_highlighted():
    html = render_markdown("```python\ndef f(): pass\n```")

    assert '<span class="k">def</span>' in html
    assert '<pre class="code" lang="en" dir="ltr"' in html


@pytest.mark.parametrize("fence", ["```\n<b>\n```", "```nonsense\n<b>\n```", "    <b>"])
def test_code_of_no_known_language_is_shown_as_it_is(fence):
    assert "&lt;b&gt;" in render_markdown(fence)


def test_footnote_leads_there_and_back():
    html = render_markdown("Said so.[^1]\n\n[^1]: By whom.")

    assert 'href="#c-fn1"' in html
    assert 'id="c-fn1"' in html
    assert 'href="#c-fnref1"' in html
    assert 'id="c-fnref1"' in html


def test_formula_in_a_line_becomes_mathml():
    html = render_markdown(r"So $\frac{a}{2}$ it is.")

    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline">' in html
    assert "<mfrac>" in html


def test_formula_on_its_own_becomes_a_block():
    assert 'display="block"' in render_markdown("$$\nx^2\n$$")


@pytest.mark.parametrize(
    "formula", [r"\frac{", r"\begin{matrix}", "x" * (MAX_FORMULA + 1), r"\left("]
)
def test_formula_that_can_not_be_read_is_shown_as_typed(formula):
    html = render_markdown(f"$$\n{formula}\n$$")

    assert formula.rstrip() in html or "<math" in html


def test_prices_are_no_formulas():
    assert "<math" not in render_markdown("It costs $5, and that $10.")


def test_tasks_have_boxes():
    html = render_markdown("- [x] done\n- [ ] open")

    assert html.count('type="checkbox"') == 2
    assert html.count("checked=") == 1


def test_definition_list():
    assert "<dt>Term</dt>" in render_markdown("Term\n: What it means")


def test_words_can_be_struck_out():
    assert "<s>gone</s>" in render_markdown("~~gone~~")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "![x](https://evil.example/pixel.gif)",
        "<img src=x onerror=alert(1)>",
        "```html\n<script>alert(1)</script>\n```",
        "$\\text{<script>alert(1)</script>}$",
        "[x]: javascript:alert(1)\n\n[x]",
        "<javascript:alert(1)>",
        '# <img src=x onerror="alert(1)">',
        "[^<script>]: x\n\n[^<script>]",
        "```<img src=x onerror=alert(1)>\nx\n```",
    ],
)
def test_no_text_can_run_a_script_or_call_out(text):
    html = render_markdown(text)

    assert "<script" not in html
    assert "<img" not in html or "onerror" not in html
    assert 'href="javascript' not in html
    assert "src=" not in html


@pytest.mark.parametrize(
    "piece", ["[", "*a ", "> ", "`", "<", "![", "$a", "|a", "- ", "[^1]", "&", "a"]
)
def test_time_grows_with_the_length_of_the_text_only(piece):
    text = piece * (20_000 // len(piece))

    begin = time.process_time()
    render_markdown(text)

    assert time.process_time() - begin < 3


@pytest.mark.parametrize(
    "text",
    [
        "```zeek\n" + "0" * 1_000 + "\n```",
        "```mcfunction\n" + "0" * 500 + "\n```",
        "```python\n" + "' \n" * 100_000 + "\n```",
        "```csharp\n" + "a\n" * 5_000 + "\n```",
    ],
)
def test_code_that_would_take_long_to_mark_is_shown_plain(text):
    assert '<span class="' not in render_markdown(text)


def test_of_much_code_the_first_is_marked_and_the_rest_is_shown_plain():
    block = "```python\n" + "x = 1\n" * 600 + "```\n\n"

    html = render_markdown(block * 8)

    assert html.count("<pre") == 8
    assert html.rpartition("<pre")[2].count("<span") == 0


def test_headings_of_the_same_words_get_ids_of_their_own():
    html = render_markdown("## Again\n\n## Again\n\n## Über `uns`\n\n## !")

    assert [part.partition('"')[0] for part in html.split('id="')[1:]] == [
        "c-again",
        "c-again-1",
        "c-über-uns",
        "c-section",
    ]


def test_every_language_that_is_marked_is_one_that_the_highlighter_knows():
    for language in LANGUAGES:
        assert get_lexer_by_name(language)


def test_pictures_of_the_site_are_offered_in_several_sizes():
    address = f"/media/attachment/{'0123456789abcdef' * 2}.1200x800.png"

    html = render_markdown(f"![A map]({address})")

    assert f'srcset="{address}.w480.webp 480w, {address}.w960.webp 960w, {address} 1200w"' in html
    assert 'alt="A map"' in html
    assert 'width="1200"' in html
    assert 'height="800"' in html


def test_raw_html_can_not_name_its_own_choices():
    assert "evil" not in render_markdown('<img src="/x.png" srcset="https://evil.example/x 2x">')


FLOODS = [
    *"[(<*_`!|&$~^:\\]{",
    *("![", "](", "> ", "- ", "a\u0301", "$a", "a*", "[^", "[^a]", "[a](", "**a ", "`a", "&amp;"),
]


@pytest.mark.parametrize("piece", FLOODS)
def test_a_flood_of_signs_takes_no_longer_than_words(piece):
    flood = piece * (1_000_000 // len(piece))
    render_markdown("warm")

    spent = cpu_seconds_of(flood)

    assert spent < 3, "the limit on a quiet machine is 0.2 s"


@pytest.mark.parametrize(
    "line",
    [
        "[[[[[[[[ a\n\n",
        "- [ ] a\n",
        "# a\n",
        "a\n",
        "[a]: b\n",
        "|a|b|\n|-|-|\n|a|b|\n\n",
        "$a$ b\n\n",
    ],
)
def test_many_parts_that_are_small_take_bounded_time(line):
    spent = cpu_seconds_of(line * (1_000_000 // len(line)))

    assert spent < 10, "the limit on a quiet machine is 1 s"


def cpu_seconds_of(text):
    before = time.process_time()
    render_markdown(text)
    return time.process_time() - before


def test_a_paragraph_with_too_many_signs_is_shown_as_typed_and_its_neighbors_are_not():
    html = render_markdown(f"*one*\n\n{'*a* ' * 1500}\n\n*two*")

    assert "<em>one</em>" in html
    assert "<em>two</em>" in html
    assert "<p>*a* *a* " in html


def test_what_follows_on_too_many_items_is_shown_as_typed():
    html = render_markdown("- *a*\n" * 10_000 + "- *end*\n\n# End")

    assert html.count("<li>") == 10_000
    assert "- *end*" in html
    assert "# End" in html


def test_a_long_text_of_words_lists_and_links_is_rendered_to_its_end():
    words, items = "They carry *energy*, and [more](/a/). " * 20, "- item\n" * 9

    html = render_markdown(f"## Waves\n\n{words}\n\n{items}\n" * 400)

    assert html.count("<h2") == 400
    assert html.count("<em>") == html.count("<a ") == 8_000
    assert html.count("<li>") == 3_600


def test_formulas_are_shown_as_typed_once_there_are_too_many():
    html = render_markdown("$a^2$\n\n" * 2500)

    assert 1500 < html.count("<math") < 2500
    assert html.count("<math") + html.count("<code>a^2</code>") == 2500


def test_a_text_of_nothing_but_ampersands_is_shown_as_typed():
    assert render_markdown("&" * 60_000) == f"<p>{'&amp;' * 60_000}</p>"


def test_an_item_with_an_empty_box_keeps_it():
    assert 'type="checkbox"' in render_markdown("- [ ]\n  words")


def test_text_without_marks_is_what_readers_see():
    text = (
        "# Tides\n\nThe *sea* [ri`s`es](/x)\nand **falls**.\n\n| a | b |\n|---|---|\n| c | d |\n\n"
        "![A chart](/media/x)\n\n```py\nprint(1)\n```\n\n$x^2$ <b>wo</b>rd[^1]\n\n"
        "<p>one</p><p>two</p><script>no</script>\n\n[^1]: A note."
    )

    assert text_of_markdown(text) == (
        "Tides The sea rises and falls. a b c d A chart print(1) x^2 word one two A note."
    )
