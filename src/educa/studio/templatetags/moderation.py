"""What waits in a course's room, for its tab."""

from django import template

from educa.studio.moderation import waiting_in

register = template.Library()
register.simple_tag(waiting_in)
