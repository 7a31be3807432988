"""Who is meant by a list of names, and what adding them to a course would do."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.db import models
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.accounts.names import normalized
from educa.courses.models import Course
from educa.students.models import Enrollment, places_left

Key = TypeVar("Key", str, int)

BATCH = 500  # names in one question to the database
LONGEST_LOGIN = 254  # characters of an email address


class Verdict(models.TextChoices):
    """What would happen to somebody on a list."""

    NEW = "new", _("Will be enrolled")
    RETURNS = "returns", _("Was here before, and comes back with their progress")
    ENROLLED = "enrolled", _("Is enrolled already")
    UNKNOWN = "unknown", _("Nobody has this user name or address")
    AMBIGUOUS = "ambiguous", _("Several accounts have this address: write the user name")
    UNCONFIRMED = "unconfirmed", _("Nobody has confirmed this address: write the user name")
    TWICE = "twice", _("Stands on the list already")
    INSTRUCTOR = "instructor", _("Teaches this course")
    NO_PLACE = "no-place", _("No place is left")


COMING = frozenset({Verdict.NEW, Verdict.RETURNS})


@dataclass(frozen=True)
class Addition:
    """One line of a list: its number from 1, what it says, whom it means, and what would happen."""

    line: int
    login: str
    student: User | None
    verdict: Verdict

    @property
    def comes(self) -> bool:
        """Whether this line adds somebody."""
        return self.verdict in COMING


def plan_additions(course: Course, lines: Sequence[tuple[int, str]]) -> list[Addition]:
    """What `add_students` would do with these lines: numbers, and user names or email addresses.

    Nothing is written. The number of questions to the database grows with the batches, not with the lines.
    """
    people, unconfirmed = _people_named([login for _line, login in lines])
    places = _places_of(course, {user.pk for found in people.values() for user in found})
    teaching = {person.pk for person in course.instructors}
    left = places_left(course)
    plan: list[Addition] = []
    seen: set[int] = set()
    for line, login in lines:
        found = people[_key(login)]
        is_sure = _key(login) not in unconfirmed
        student = found[0] if len(found) == 1 and is_sure else None
        verdict = _verdict(found, seen, places, teaching) if is_sure else _doubt(found)
        if verdict in COMING and left is not None:
            verdict = verdict if left > 0 else Verdict.NO_PLACE
            left -= 1
        if student:
            seen.add(student.pk)
        plan.append(Addition(line, login, student, verdict))
    return plan


def _verdict(
    found: list[User], seen: set[int], places: dict[int, object], teaching: set[int]
) -> Verdict:
    if not found:
        return Verdict.UNKNOWN
    pk = found[0].pk
    if pk in seen:
        return Verdict.TWICE
    if pk in teaching:
        return Verdict.INSTRUCTOR
    if pk not in places:
        return Verdict.NEW
    return Verdict.RETURNS if places[pk] else Verdict.ENROLLED


def _doubt(claimants: list[User]) -> Verdict:
    """What is said of an address that is claimed and not confirmed: anybody could have written it down."""
    return Verdict.UNCONFIRMED if len(claimants) == 1 else Verdict.AMBIGUOUS


def _places_of(course: Course, students: set[int]) -> dict[int, object]:
    """When each of these students left the course; None for who is there, nothing for who never was."""
    rows = Enrollment.objects.filter(course=course)
    return {
        student: left_at
        for batch in _batches(students)
        for student, left_at in rows.filter(student__in=batch).values_list("student", "left_at")
    }


def _key(login: str) -> str:
    """The one spelling under which a name or an address is looked for."""
    return login.strip().lower() if "@" in login else normalized(login)


def _people_named(logins: Iterable[str]) -> tuple[dict[str, list[User]], set[str]]:
    """The accounts in use that each name or address means, and the addresses that are only claimed.

    Several accounts may claim an address; one has confirmed it, or none.
    """
    keys = {_key(login) for login in logins if login and "\0" not in login}
    keys = {key for key in keys if len(key) <= LONGEST_LOGIN}
    found: dict[str, list[User]] = defaultdict(list)
    users = User.objects.filter(is_active=True)
    for batch in _batches(key for key in keys if "@" not in key):
        for user in users.filter(username__in=batch):
            found[user.username].append(user)
    unconfirmed: set[str] = set()
    for batch in _batches(key for key in keys if "@" in key):
        holders, claimants = _holders(users, batch)
        found |= holders | claimants
        unconfirmed |= claimants.keys()
    return found, unconfirmed


def _holders(
    users: "models.QuerySet[User]", emails: list[str]
) -> tuple[dict[str, list[User]], dict[str, list[User]]]:
    """Who has confirmed these addresses; and who claims those that none of the claimants has confirmed."""
    claimed: dict[str, list[User]] = defaultdict(list)
    for user in users.filter(email__in=emails).order_by("pk"):
        claimed[user.email].append(user)
    confirmed = EmailAddress.objects.filter(email__in=emails, verified=True)
    owners = set(confirmed.values_list("email", "user"))
    holders = {
        email: [user for user in people if (email, user.pk) in owners]
        for email, people in claimed.items()
    }
    return (
        {email: people for email, people in holders.items() if people},
        {email: people for email, people in claimed.items() if not holders[email]},
    )


def _batches(keys: Iterable[Key]) -> Iterator[list[Key]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
