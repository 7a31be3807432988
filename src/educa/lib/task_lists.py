"""Items of lists with a box: `- [ ] to do` and `- [x] done`."""

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

BOX = re.compile(r"\[([ xX])\][ \t\n\v\f\r]")
LISTS = frozenset({"bullet_list", "ordered_list"})


def task_lists(parser: MarkdownIt) -> None:
    """Have the parser show boxes, which readers can't tick; the words of an item are its label."""
    parser.core.ruler.after("inline", "task_lists", _show_boxes)


def _show_boxes(state: Any) -> None:
    lists: list[Token] = []
    before: tuple[Token | None, Token | None] = (None, None)
    for token in state.tokens:
        kind, _, side = token.type.rpartition("_")
        if kind in LISTS and side == "open":
            lists.append(token)
        elif kind in LISTS:
            lists.pop()
        item, paragraph = before
        if token.type == "inline" and _begins_item(item, paragraph):
            box = BOX.match(token.content)
            if box and item:
                item.attrSet("class", "task-list-item")
                lists[-1].attrSet("class", "contains-task-list")
                _label(token, is_done=box[1] != " ")
        before = (paragraph, token)


def _begins_item(item: Token | None, paragraph: Token | None) -> bool:
    return bool(
        item and paragraph and item.type == "list_item_open" and paragraph.type == "paragraph_open"
    )


def _label(inline: Token, *, is_done: bool) -> None:
    words = inline.children or []
    words[0].content = words[0].content.removeprefix(inline.content[:3])
    inline.content = inline.content[3:]
    checked = ' checked="checked"' if is_done else ""
    box = f'<input class="task-list-item-checkbox"{checked} disabled="disabled" type="checkbox">'
    inline.children = [_html("<label>"), _html(box), *words, _html("</label>")]


def _html(content: str) -> Token:
    return Token("html_inline", "", 0, content=content)
