"""Fill the database with courses that look like real ones: `python bench/fill.py 2000`."""

import sys
from datetime import timedelta

import django

django.setup()

from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from educa.accounts.models import User  # noqa: E402
from educa.courses.models import Content, Course, Module, Subject, Text  # noqa: E402

SUBJECTS = ("Mathematics", "Music", "Physics", "Programming", "History", "Biology")
MODULES = 8  # a course
CONTENTS = 6  # a module
INSTRUCTORS = 20
OVERVIEW = (
    "How to start, what to practice, and where to go **next**. Each part ends with a task that"
    " takes about half an hour.\n\n- one idea at a time\n- worked examples\n- no hurry\n"
)


@transaction.atomic
def fill(courses: int) -> None:
    """Make this many published courses, each with 8 modules of 6 texts."""
    now = timezone.now()
    subjects = [
        Subject.objects.get_or_create(slug=title.lower(), defaults={"title": title})[0]
        for title in SUBJECTS
    ]
    owners = [
        User.objects.create(username=f"bench-{number}", display_name=f"Instructor {number}")
        for number in range(INSTRUCTORS)
    ]
    made = Course.objects.bulk_create(
        Course(
            owner=owners[number % INSTRUCTORS],
            subject=subjects[number % len(subjects)],
            title=f"{subjects[number % len(subjects)]} {number}: a first course",
            slug=f"bench-{number}",
            overview=OVERVIEW,
            status=Course.Status.PUBLISHED,
            published_at=now - timedelta(hours=number),
        )
        for number in range(courses)
    )
    modules = Module.objects.bulk_create(
        Module(course=course, title=f"Part {place + 1}", description="What this is.", order=place)
        for course in made
        for place in range(MODULES)
    )
    fill_modules(modules)


def fill_modules(modules: list[Module]) -> None:
    """Give each module its texts."""
    texts = Text.objects.bulk_create(
        Text(owner_id=module.course.owner_id, title=f"Step {place + 1}", content=OVERVIEW)
        for module in modules
        for place in range(CONTENTS)
    )
    kind = ContentType.objects.get_for_model(Text)
    Content.objects.bulk_create(
        Content(
            module=modules[number // CONTENTS],
            content_type=kind,
            object_id=text.pk,
            order=number % CONTENTS,
        )
        for number, text in enumerate(texts)
    )


if __name__ == "__main__":
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    fill(int(sys.argv[1]))
