"""Covers of courses in templates."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from educa.courses.cards import SEEN_AT_ONCE, cover_html
from educa.courses.models import Course

register = template.Library()


@register.simple_tag(takes_context=True)
def course_cover(context: Context, course: Course, place: str = "") -> SafeString:
    """The cover of a course; `place` says where, if it is in no card. In a long list later ones are fetched late."""
    loop = context.get("forloop")
    is_late = loop is not None and loop["counter"] > SEEN_AT_ONCE
    return cover_html(
        course.cover.name or "", course.slug, course.subject.slug, place or "card", is_late=is_late
    )
