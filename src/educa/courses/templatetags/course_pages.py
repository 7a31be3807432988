"""The page of a course in templates: one that is kept, and what is set into it for whoever looks."""

from django import template
from django.template import Context
from django.template.defaultfilters import truncatewords
from django.utils.safestring import SafeString

from educa.lib.fragments import fragment
from educa.lib.frame import footer, header, included, messages

register = template.Library()

PAGE = "courses/course/page.html"
AS_THEY_ARE = "heading", "cover", "facts", "overview", "outline", "address"
WORDS = 30  # of the overview, for programs that show what a page is about


@register.simple_tag(takes_context=True)
def course_page(context: Context) -> SafeString:
    """The whole page, of what the view of a course gives."""
    choices = {
        "theme": context["theme"],
        "is_preview": context["is_preview"],
        "is_archived": context["is_archived"],
        "has_overview": bool(context["overview"]),
    }
    values = {
        **{name: context[name] for name in AS_THEY_ARE},
        "title": context["course"].title,
        "description": truncatewords(context["summary"], WORDS),
        "header": header(context),
        "messages": messages(context),
        "actions": included("courses/course/actions.html", context),
        "footer": footer(context),
    }
    return fragment(PAGE, choices, values)
