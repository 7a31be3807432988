"""How much of a text is read as Markdown; what is beyond is shown as it was typed.

The parser takes time in proportion to the signs in a text and to its parts, and for each of them some
hundred times as long as for a letter. Texts that people write stay far below these limits.
"""

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, table
from markdown_it.token import Token

# One that may begin something counts `DEAR`, any other sign one.
SIGN = re.compile(r"[!$&*<\[\\^_`~\n#%+\-:=>@\]{}]")
DEAR_SIGN = re.compile(r"[!$&*<\[\\^_`~]")
DEAR = 3
MAX_IN_PARAGRAPH, MAX_IN_TEXT = 6_000, 100_000
MAX_PARTS = 50_000  # tokens: three of a paragraph or a cell, five of an item of a list
MAX_LINES = 50_000
MAX_ESCAPED = 50_000  # signs for which HTML has to write several
MAX_COLUMNS = 500
# Characters of formulas in one text; each counts some more for itself.
MAX_FORMULAS, FOR_EACH = 50_000, 20
TOKENS_OF_ONE = 10  # of an address of links, which makes no tokens


def is_overfull(text: str) -> bool:
    """Whether nothing of the text is to be read as Markdown, since cleaning what becomes of it would take long."""
    return text.count("&") + text.count("<") > MAX_ESCAPED


def limit_markdown(parser: MarkdownIt) -> None:
    """Have the parser keep to the limits; called after its plugins have been added."""
    beyond: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list", "table"]}
    parser.block.ruler.before("table", "beyond_limits", _beyond_limits, beyond)
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.core.ruler.at("inline", _inline)
    parser.core.ruler.push("bound_formulas", _bound_formulas)


def _beyond_limits(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - the parser's
    """A rule for blocks: what follows on the limits is one paragraph."""
    defined = len(state.env.get("references", ())) + len(state.env.get("duplicate_refs", ()))
    found = len(state.tokens) + TOKENS_OF_ONE * defined
    if found < MAX_PARTS and start < MAX_LINES:
        return False
    if not silent:
        words = state.getLines(start, end, state.blkIndent, keepLastLF=False).strip()
        state.line = end
        state.push("paragraph_open", "p", 1).map = [start, end]
        inline = state.push("inline", "", 0)
        inline.content, inline.map, inline.children = words, [start, end], []
        inline.meta["beyond"] = True
        state.push("paragraph_close", "p", -1)
    return True


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - the parser's
    line = state.src[state.bMarks[start] : state.eMarks[start]]
    return line.count("|") <= MAX_COLUMNS and table(state, start, end, silent)


def _inline(state: Any) -> None:
    """The parser's rule for what is in a block, but for blocks with too many signs."""
    left = MAX_IN_TEXT
    for token in state.tokens:
        if token.type == "inline":
            token.children = []
            cost = 0 if token.meta.get("beyond") else _cost_of(token.content)
            if token.meta.get("beyond") or cost > min(MAX_IN_PARAGRAPH, left):
                token.children = [Token("text", "", 0, content=token.content)]
            else:
                left -= cost
                state.md.inline.parse(token.content, state.md, state.env, token.children)


def _cost_of(text: str) -> int:
    return len(SIGN.findall(text)) + (DEAR - 1) * len(DEAR_SIGN.findall(text))


def _bound_formulas(state: Any) -> None:
    """Show formulas as they were typed once there are too many."""
    left = MAX_FORMULAS
    for token in state.tokens:
        for part in [token, *(token.children or ())]:
            if part.type.startswith("math_"):
                left -= len(part.content) + FOR_EACH
                if left < 0:
                    part.type = "code_block" if part.block else "code_inline"
