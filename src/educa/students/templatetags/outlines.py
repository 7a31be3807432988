"""The outline of the player in templates."""

from django import template

from educa.students.ready_outline import entries_html

register = template.Library()
register.simple_tag(entries_html, name="outline_entries")
