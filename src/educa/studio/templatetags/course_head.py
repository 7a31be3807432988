"""What stands on top of a course's pages."""

from django import template

from educa.studio.course_head import course_head

register = template.Library()
register.simple_tag(course_head, takes_context=True)
