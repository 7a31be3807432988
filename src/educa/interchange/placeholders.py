"""The words that stand in a course for what can't come in."""

from django.utils.html import format_html
from django.utils.translation import gettext as _

from educa.interchange.outline import What
from educa.interchange.pages import host_of

TEXT_ONLY = {What.DISCUSSION, What.ASSIGNMENT}


def note(what: What) -> str:
    """HTML that says to a reader what stood here and why it does not any more."""
    texts = {
        What.QUIZ: _("A quiz stood here in the course that this one was imported from. It was not carried over."),
        What.TOOL: _("An external tool was started here in the course that this one was imported from. "
                     "It was not carried over."),
    }  # fmt: skip
    other = _(
        "Something stood here in the course that this one was imported from that could not be carried over."
    )
    return format_html("<p><em>{}</em></p>", texts.get(what, other))


def link(url: str, title: str) -> str:
    """HTML of a link to another site, which is named."""
    return format_html(
        '<p><a href="{}">{}</a></p><p><small>{}</small></p>', url, title, host_of(url)
    )


def reason(what: What) -> str:
    """Why things of this type don't come in as they were."""
    reasons = {
        What.QUIZ: _("there are no quizzes"),
        What.QUESTIONS: _("there are no question banks"),
        What.TOOL: _("there are no external tools"),
        What.DISCUSSION: _("its opening text only: there are no discussions"),
        What.ASSIGNMENT: _("its instructions only: there are no assignments"),
        What.SETTINGS: _("there is nothing of this kind"),
    }
    return reasons.get(what, _("its format is not known"))
