"""What happens to students, for packages above to hear; sent in the transaction in which it happens."""

from django.dispatch import Signal

enrollments_made = Signal()
"""Students have a place in a course who had none. Sent with `course` and `students`, both by their keys."""

enrollment_ended = Signal()
"""A student has left a course, or was removed. Sent with `course` and `student`, both by their keys."""

content_completed = Signal()
"""Somebody has finished a content, maybe after it counted as unfinished again. Sent with `enrollment` and `content`."""

course_completed = Signal()
"""Somebody has finished all of a course, for the first time. Sent once, with `enrollment`."""
