"""What waits in a course's room, for its tab."""

from django import template

from educa.studio.moderation import number_reported

register = template.Library()
register.simple_tag(number_reported)
