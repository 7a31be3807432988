"""Markdown to HTML: CommonMark with tables, highlighted code, footnotes, task lists and maths."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from itertools import pairwise
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext
from latex2mathml.converter import convert as latex_to_mathml
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from educa.lib.html import Rewrite, shown, text_of
from educa.lib.markdown_limits import is_overfull, limit_markdown
from educa.lib.task_lists import task_lists

MAX_FORMULA = 2_000  # characters; longer ones are shown as they were typed
# Characters of code in one block, and in one text, that are marked; what is more is shown plain.
MAX_CODE, MAX_MARKED = 4_000, 20_000
# Pygments reads code with regular expressions, and some of its lexers take seconds for a short line
# made for it. These were measured: 5,000 characters of any repeated pattern stay under half a second.
LANGUAGES = frozenset(
    [
        "awk",
        "bash",
        "c",
        "c++",
        "clojure",
        "common-lisp",
        "console",
        "cpp",
        "css",
        "dart",
        "diff",
        "django",
        "docker",
        "dockerfile",
        "elixir",
        "erlang",
        "fortran",
        "go",
        "graphql",
        "haskell",
        "html",
        "http",
        "ini",
        "java",
        "javascript",
        "jinja",
        "js",
        "json",
        "julia",
        "kotlin",
        "latex",
        "lilypond",
        "lisp",
        "lua",
        "markdown",
        "matlab",
        "md",
        "nasm",
        "nginx",
        "objective-c",
        "ocaml",
        "octave",
        "pascal",
        "perl",
        "php",
        "postgresql",
        "powershell",
        "prolog",
        "py",
        "pycon",
        "python",
        "r",
        "rb",
        "rs",
        "ruby",
        "rust",
        "scala",
        "scheme",
        "scss",
        "sh",
        "shell",
        "sql",
        "swift",
        "tex",
        "toml",
        "ts",
        "typescript",
        "vbnet",
        "verilog",
        "xml",
        "yaml",
        "yml",
        "zig",
    ]
)
SAID = frozenset({"text", "code_inline"})  # the parts of a heading that a reader hears
BREAKS = frozenset({"softbreak", "hardbreak"})
HEADINGS_WITH_ID = ("h2", "h3", "h4")


def render_markdown(text: str, rewrite: Rewrite | None = None) -> SafeString:
    """HTML of a Markdown text, safe to show whatever was typed.

    Raw HTML in the text passes the same allow-list as everything else. Headings begin at level 2,
    because the page's title is level 1, and carry ids. Code is marked with Pygments' short classes.
    Pictures of the site are offered in several sizes. What is beyond the limits of
    `educa.lib.markdown_limits` is shown as it was typed.
    """
    if is_overfull(text):
        return format_html("<p>{}</p>", text)
    return shown(_parser().render(text), rewrite)


def text_of_markdown(text: str) -> str:
    """What readers see of a Markdown text, without marks, in one line; formulas and code as they were typed."""
    # Read and not rendered: code need not be marked, nor formulas converted.
    return " ".join(" ".join(_said(_parser().parse(text))).split())


def _said(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_said_in_line(token.children or []))
        elif token.type == "html_block":
            yield text_of(token.content)
        elif token.content:
            yield token.content


def _said_in_line(parts: Sequence[Token]) -> Iterator[str]:
    for part in parts:
        if part.type in BREAKS:
            yield " "
        elif part.type == "image":
            yield from _said_in_line(part.children or [])
        elif part.type != "html_inline":
            yield part.content


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "linkify": False, "highlight": _highlighted})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(deflist_plugin).use(task_lists)
    parser.use(dollarmath_plugin, double_inline=True, renderer=_formula, allow_digits=False)
    parser.use(limit_markdown)
    parser.core.ruler.push("lower_headings", _lower_headings)
    parser.core.ruler.push("name_headings", _name_headings)
    parser.core.ruler.push("bound_code", _bound_code)
    parser.core.ruler.push("align_cells", _align_cells)
    parser.add_render_rule("footnote_anchor", _way_back)
    return parser


def _highlighted(code: str, language: str, attributes: str) -> str:
    if language:
        marked = highlight(code, get_lexer_by_name(language), HtmlFormatter(nowrap=True))
    else:
        marked = escape(code)
    return f'<pre class="code" lang="en" dir="ltr"><code>{marked}</code></pre>'


def _formula(formula: str, options: dict[str, Any]) -> str:
    display = "block" if options.get("display_mode") else "inline"
    as_typed = f'<code class="formula">{escape(formula)}</code>'
    if len(formula) > MAX_FORMULA:
        return as_typed
    try:
        return str(latex_to_mathml(formula, display=display))
    # The converter raises whatever its parser trips over, IndexError and KeyError included; a formula
    # that can't be read is shown as typed, so that its author sees what to mend.
    except Exception:  # noqa: BLE001
        return as_typed


def _lower_headings(state: Any) -> None:
    levels = [int(token.tag[1]) for token in state.tokens if token.type == "heading_open"]
    shift = 1 if levels and min(levels) == 1 else 0
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + shift, 6)}"


def _name_headings(state: Any) -> None:
    """Give headings the ids that links lead to; the second of the same words is `words-1`."""
    used: Counter[str] = Counter()
    for heading, inline in pairwise(state.tokens):
        if heading.type == "heading_open" and heading.tag in HEADINGS_WITH_ID:
            words = "".join(part.content for part in inline.children if part.type in SAID)
            slug = slugify(words, allow_unicode=True) or "section"
            heading.attrs["id"] = f"{slug}-{used[slug]}" if used[slug] else slug
            used[slug] += 1


def _bound_code(state: Any) -> None:
    """Leave code unmarked whose language is not on the list, or of which there is too much."""
    left = MAX_MARKED
    for token in state.tokens:
        if token.type == "fence":
            language, size = token.info.strip().partition(" ")[0].lower(), len(token.content)
            is_marked = language in LANGUAGES and size <= min(MAX_CODE, left)
            token.info = language if is_marked else ""
            left -= size if is_marked else 0


def _align_cells(state: Any) -> None:
    """How a column leans is a class, because the content security policy forbids style attributes."""
    for token in state.tokens:
        style = token.attrs.pop("style", None)
        if style:
            token.attrs["class"] = str(style).replace("text-align:", "align-")


def _way_back(
    self: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: Any,
) -> str:
    """The link from a footnote to its place in the text, with words for those who hear it."""
    meta = tokens[index].meta
    place = f"{meta['id'] + 1}" + (f":{meta['subId']}" if meta["subId"] > 0 else "")
    return format_html(
        ' <a href="#fnref{}" class="footnote-backref" aria-label="{}">\u21a9\ufe0e</a>',
        place,
        gettext("Back to the text"),
    )
