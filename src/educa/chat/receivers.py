"""What happens elsewhere and concerns rooms."""

from typing import Any

from educa.chat.actions import purge_room


def empty_room(sender: Any, course: int, **kwargs: Any) -> None:
    """Receiver of `course_doomed`: a room may have more messages than one transaction should delete."""
    purge_room(course)
