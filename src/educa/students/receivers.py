"""What happens elsewhere and concerns students.

Somebody signs in or registers from the page of a course, or comes to teach it, or a film is another one.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from educa.accounts.models import User
from educa.accounts.signals import Intention
from educa.courses.kinds.base import ItemBase
from educa.courses.models import Course
from educa.students.actions import join, leave
from educa.students.forms import CourseForm
from educa.students.models import Position
from educa.students.refusals import Refused
from educa.students.words import words_of

# With a code, the course's own page asks for it; where nobody gets in, there is nothing to announce.
ADMISSIONS = (Course.Admission.OPEN, Course.Admission.APPROVAL)


def announce_course(sender: Any, request: HttpRequest, **kwargs: Any) -> Intention | None:
    """Receiver of `arriving`: say which course the person will be enrolled in."""
    course = _wanted(request)
    if course is None:
        return None
    if course.admission == Course.Admission.APPROVAL:
        words = _("You will ask to be enrolled in “%(title)s”.")
    else:
        words = _("You will be enrolled in “%(title)s”.")
    return Intention(words % {"title": course.title}, "course", str(course.pk))


def join_wanted_course(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Receiver of allauth's `user_logged_in`, which is also sent after registering.

    The person is signed in whatever comes of it; a refusal is told on the next page.
    """
    course = _wanted(request) if request.method == "POST" else None
    if course is None:
        return
    try:
        joined = join(student=user, course=course)
    except Refused as refusal:
        messages.warning(request, refusal.words)
        return
    except Course.DoesNotExist:  # deleted in this very moment
        return
    messages.success(request, words_of(joined))


def close_place_of_instructor(sender: Any, course: Course, user: User, **kwargs: Any) -> None:
    """Receiver of `instructor_added`: who teaches is no student; their progress is kept for later."""
    leave(student=user, course=course)


def forget_film(sender: Any, item: ItemBase, **kwargs: Any) -> None:
    """Receiver of `file_replaced`: what was played of another film says nothing of this one."""
    contents = item.contents(manager="everything").order_by()
    positions = Position.objects.filter(content__in=contents)
    positions.update(watched=[], second=0, duration=None)


def _wanted(request: HttpRequest) -> Course | None:
    told = request.POST if request.method == "POST" else request.GET
    if "course" not in told:  # a form costs more than to look
        return None
    form = CourseForm(told)
    if not form.is_valid():
        return None
    courses = Course.objects.open_for_enrollment().filter(admission__in=ADMISSIONS)
    return courses.filter(pk=form.cleaned_data["course"]).first()
