"""Loading the demonstration, and removing it without a trace."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import ProtectedError

from educa.accounts.models import INSTRUCTORS, User
from educa.courses.models import Content, Course, Subject
from educa.interchange.demonstration.course_folder import CourseData, read_course
from educa.interchange.demonstration.making import make_course
from educa.interchange.demonstration.mark import mark, marked
from educa.interchange.demonstration.refusal import DemonstrationRefused
from educa.interchange.demonstration.talking import talk
from educa.students.models import Completion, Enrollment

PASSWORD = "educa-demo"  # noqa: S105 - everybody knows it, hence only on loopback
ACCOUNTS = {
    "admin": "Demo administrator",
    "instructor": "Demo instructor",
    "student": "Demo student",
}
STUDIED = {"waves-and-sound": 4, "data-honestly": 0}  # the student's courses: contents finished
COURSES = Path(__file__).resolve().parent / "courses"


@dataclass(frozen=True)
class Demonstration:
    """What was made by loading; nothing, when everything was there already."""

    courses: tuple[str, ...]
    contents: int
    accounts: tuple[str, ...]


@dataclass(frozen=True)
class Removal:
    """What was taken away; the kept courses are those that belong to somebody else by now."""

    courses: int
    accounts: int
    enrollments_of_others: int
    kept_courses: tuple[str, ...]


def is_empty() -> bool:
    """Whether nobody has an account and nothing is taught here."""
    return not User.objects.exists() and not Course.objects.exists()


def accounts_in_use() -> list[str]:
    """The demonstration's accounts that anybody could enter: active, with the known password."""
    accounts = marked(User).filter(is_active=True).order_by("username")
    return [user.username for user in accounts if check_password(PASSWORD, user.password)]


def load_demonstration(*, force: bool = False) -> Demonstration:
    """Make those accounts and courses of the demonstration that are not there yet: all or none.

    Raises DemonstrationRefused where other machines can reach the site, unless `force` or the settings
    accept that, and anywhere when an account or a course of somebody else has one of the names.
    """
    if not (settings.EDUCA_LOOPBACK or settings.EDUCA_PUBLIC_DEMO or force):
        raise DemonstrationRefused(
            "other machines can reach this site, and the demonstration brings accounts with a known"
            " password, an administrator among them; --force loads it all the same"
        )
    wanted = [read_course(folder) for folder in sorted(COURSES.iterdir()) if folder.is_dir()]
    with transaction.atomic():
        return _load(wanted)


def _load(wanted: list[CourseData]) -> Demonstration:
    _refuse_taken_names([data.slug for data in wanted])
    accounts = tuple(name for name in ACCOUNTS if _made_account(name))
    present = set(marked(Course).values_list("slug", flat=True))
    courses = [_make_course(data) for data in wanted if data.slug not in present]
    return Demonstration(
        courses=tuple(course.title for course in courses),
        contents=Content.objects.filter(module__course__in=courses).count(),
        accounts=accounts,
    )


def _refuse_taken_names(slugs: Collection[str]) -> None:
    ours = marked(User).values("pk")
    for name in ACCOUNTS:
        for user in User.objects.looking_like(name).exclude(pk__in=ours):
            raise DemonstrationRefused(
                f"there is an account {user.username!r} that is not the demonstration's;"
                " nothing was loaded"
            )
    theirs = Course.objects.exclude(pk__in=marked(Course).values("pk"))
    for slug in theirs.filter(slug__in=slugs).values_list("slug", flat=True):
        raise DemonstrationRefused(
            f"there is a course {slug!r} that is not the demonstration's; nothing was loaded"
        )


def _made_account(name: str) -> bool:
    """Make one of the accounts; False when it is there, whatever has become of its password."""
    if User.objects.filter(username=name).exists():
        return False
    is_admin = name == "admin"
    user = User.objects.create_user(
        name,
        f"{name}@educa.invalid",
        PASSWORD,
        display_name=ACCOUNTS[name],
        is_staff=is_admin,
        is_superuser=is_admin,
    )
    if name == "instructor":
        user.groups.add(Group.objects.get(name=INSTRUCTORS))
    mark(user, by=user)
    return True


def _make_course(data: CourseData) -> Course:
    owner = User.objects.get(username="instructor")
    subject, is_new = Subject.objects.get_or_create(
        slug=data.subject_slug, defaults={"title": data.subject_title}
    )
    if is_new:
        mark(subject, by=owner)
    course = make_course(data, owner=owner, subject=subject)
    mark(course, by=owner)
    if data.slug in STUDIED:
        _let_student_study(course, finished=STUDIED[data.slug])
    talk(course, data.messages)
    return course


def _let_student_study(course: Course, *, finished: int) -> None:
    """Put the student into the course, past its first `finished` contents."""
    enrollment = Enrollment.objects.enroll(User.objects.get(username="student"), course)
    contents = list(Content.objects.filter(module__course=course).in_reading_order())
    Completion.objects.bulk_create(
        Completion(enrollment=enrollment, content=content) for content in contents[:finished]
    )
    enrollment.last_content = contents[finished]
    enrollment.save(update_fields=["last_content"])


@transaction.atomic
def remove_demonstration() -> Removal:
    """Take away every row and file of the demonstration: all or nothing.

    A course of it that was handed over is somebody else's and stays. Raises DemonstrationRefused
    when one of the accounts owns something that the demonstration did not make.
    """
    accounts = list(marked(User))
    courses = list(marked(Course).filter(owner__in=accounts))
    enrollments = Enrollment.objects.filter(course__in=courses).exclude(student__in=accounts)
    removal = Removal(
        courses=len(courses),
        accounts=len(accounts),
        enrollments_of_others=enrollments.count(),
        kept_courses=tuple(
            marked(Course).exclude(owner__in=accounts).values_list("title", flat=True)
        ),
    )
    for course in courses:
        course.delete()
    for subject in marked(Subject).filter(courses=None):
        subject.delete()
    # The accounts come last: the marks of everything else go with them.
    for account in accounts:
        _delete_account(account)
    return removal


def _delete_account(account: User) -> None:
    try:
        account.delete()
    except ProtectedError as error:
        first, *others = sorted(f"“{row}”" for row in error.protected_objects)
        shown = f"{first} and {len(others)} more" if others else first
        raise DemonstrationRefused(
            f"the account {account.username!r} owns {shown}, which the demonstration did not make;"
            " hand it to another owner or delete it first; nothing was removed"
        ) from error
