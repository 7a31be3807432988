"""What the editor of texts offers: its tools, and the languages of code."""

from dataclasses import dataclass
from functools import cache

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pygments.lexers import get_all_lexers

from educa.lib.markdown import LANGUAGES

register = template.Library()


@dataclass(frozen=True)
class Tool:
    """A button over a text: what it does, its drawing, its name, and the key that does the same."""

    command: str
    icon: str
    name: str | Promise
    key: str = ""


TOOLS = (
    Tool("heading", "heading-2", _("Heading")),
    Tool("subheading", "heading-3", _("Smaller heading")),
    Tool("bold", "bold", _("Bold"), "b"),
    Tool("italic", "italic", _("Italic"), "i"),
    Tool("link", "link", _("Link"), "k"),
    Tool("picture", "image", _("Picture")),
    Tool("file", "file", _("File")),
    Tool("list", "list", _("List")),
    Tool("ordered", "list-ordered", _("Numbered list")),
    Tool("task", "list-todo", _("Task list")),
    Tool("outdent", "list-indent-decrease", _("Move out one level")),
    Tool("indent", "list-indent-increase", _("Move in one level")),
    Tool("quote", "text-quote", _("Quotation")),
    Tool("code", "code", _("Code"), "e"),
    Tool("block", "square-code", _("Block of code")),
    Tool("table", "table", _("Table")),
    Tool("formula", "sigma", _("Formula")),
    Tool("footnote", "superscript", _("Footnote")),
)
UPLOADING = frozenset({"picture", "file"})


@register.simple_tag
def writing_tools(upload_url: str = "") -> list[Tool]:
    """Give the tools; those that upload something only where there is an address for it."""
    return [tool for tool in TOOLS if upload_url or tool.command not in UPLOADING]


@register.simple_tag
def code_languages() -> list[tuple[str, str]]:
    """Give the languages in which code is marked, each as it is written in a text and as people call it."""
    return _code_languages()


@cache
def _code_languages() -> list[tuple[str, str]]:
    found = {}
    for name, aliases, _patterns, _types in get_all_lexers(plugins=False):
        known = [alias for alias in aliases if alias in LANGUAGES]
        if known:
            found[known[0]] = name
    return sorted(found.items(), key=lambda language: language[1].lower())
