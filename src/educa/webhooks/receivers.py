"""What happens elsewhere and is told to webhooks: a row for each of them, in the same transaction."""

from collections.abc import Sequence
from typing import Any

from educa.chat.models import Message
from educa.courses.models import Content, Course
from educa.students.models import Enrollment
from educa.webhooks.actions import Happening, forget_deliveries_about, note
from educa.webhooks.models import EventType


def tell_of_arrivals(sender: Any, course: int, students: Sequence[int], **kwargs: Any) -> None:
    """Receiver of `enrollments_made`."""
    note(EventType.ENROLLMENT_MADE, course, [Happening(student) for student in students])


def tell_of_departure(sender: Any, course: int, student: int, **kwargs: Any) -> None:
    """Receiver of `enrollment_ended`."""
    note(EventType.ENROLLMENT_ENDED, course, [Happening(student)])


def tell_of_content(sender: Any, enrollment: Enrollment, content: Content, **kwargs: Any) -> None:
    """Receiver of `content_completed`."""
    happening = Happening(enrollment.student_id, {"content": content.pk})
    note(EventType.CONTENT_COMPLETED, enrollment.course_id, [happening])


def tell_of_course(sender: Any, enrollment: Enrollment, **kwargs: Any) -> None:
    """Receiver of `course_completed`."""
    note(EventType.COURSE_COMPLETED, enrollment.course_id, [Happening(enrollment.student_id)])


def tell_of_publication(sender: Any, course: Course, **kwargs: Any) -> None:
    """Receiver of `course_published`."""
    note(EventType.COURSE_PUBLISHED, course.pk, [Happening()])


def tell_of_message(sender: Any, message: Message, **kwargs: Any) -> None:
    """Receiver of `message_posted`."""
    happening = Happening(message.author_id, {"message": message.pk})
    note(EventType.MESSAGE_POSTED, message.room_id, [happening])


def forget_course(sender: Any, course: int, **kwargs: Any) -> None:
    """Receiver of `course_doomed`: there may be more deliveries than one transaction should delete."""
    forget_deliveries_about(course)
