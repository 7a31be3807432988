"""What happens to students, for packages above to hear."""

from django.dispatch import Signal

course_completed = Signal()
"""Somebody has finished all of a course, for the first time. Sent once, after the commit, with `enrollment`."""
