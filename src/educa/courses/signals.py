"""What happens to courses, for packages above to hear; sent in the transaction in which it happens."""

from django.dispatch import Signal

instructor_added = Signal()
"""Somebody teaches a course from now on, as owner or beside the owner. Sent with `course` and `user`, maybe again."""

course_published = Signal()
"""A course can be found by everybody who could not find it before. Sent with `course`."""

file_replaced = Signal()
"""An item of some kind has another file than before. Sent by the kind's class, with `item`."""

course_doomed = Signal()
"""A course is on its way out for good: what there may be much of in other packages goes now, in steps. Sent with
`course`, its key, outside of any transaction, and again if the process ended in the middle."""
