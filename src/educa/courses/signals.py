"""What happens to courses, for packages above to hear; sent in the transaction in which it happens."""

from django.dispatch import Signal

instructor_added = Signal()
"""Somebody teaches a course from now on, as owner or beside the owner. Sent with `course` and `user`, maybe again."""

file_replaced = Signal()
"""An item of some kind has another file than before. Sent by the kind's class, with `item`."""
