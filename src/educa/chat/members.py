"""Who is in a room: the students of its course and who teaches it."""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from educa.accounts.models import User
from educa.chat.refusals import NO_PERSON, Refused
from educa.courses.models import Course
from educa.courses.models.course import MOST_WORDS
from educa.students.models import Enrollment


def members(course: Course) -> "QuerySet[User]":
    """Who studies the course now, and who teaches it; whose accounts are active."""
    students = Enrollment.objects.current().filter(course=course).order_by().values("student")
    teach = User.objects.filter(Q(pk=course.owner_id) | Q(courses_assisted=course)).values("pk")
    # Not a join: the members are looked up by their keys, however many people the site has.
    return User.objects.filter(pk__in=students.union(teach), is_active=True)


def named(course: Course, text: str) -> "QuerySet[User]":
    """Members in whose shown name or user name every word occurs; a user name that begins so comes first."""
    rows = members(course)
    for word in text.split()[:MOST_WORDS]:
        rows = rows.filter(
            Q(username__icontains=word)
            | Q(display_name__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
        )
    begins = When(username__istartswith=text.strip(), then=Value(0))
    place = Case(begins, default=Value(1), output_field=IntegerField())
    return rows.order_by(place, "display_name", "username")


def member_named(course: Course, username: str) -> User:
    """The member with exactly this user name. Raises Refused where there is none."""
    return _only(members(course), username)


def muted_or_member_named(course: Course, username: str) -> User:
    """As `member_named`; or who was muted there, also if they have left the course since."""
    muted = User.objects.filter(chat_mutes__room=course.pk).values("pk")
    known = Q(pk__in=muted) | Q(pk__in=members(course).values("pk"))
    return _only(User.objects.filter(known), username)


def _only(people: "QuerySet[User]", username: str) -> User:
    found = people.filter(username=User.normalize_username(username)).first()
    if found is None:
        raise Refused(NO_PERSON)
    return found
