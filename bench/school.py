"""Fill an empty database with a school, and print who is in it: `python -m bench.school --courses 200`.

Made in bulk, so that it takes seconds; entries of the search are written here, too, so that no background
work is left that a measurement would meet. The same call makes the same school, on whatever database.
"""

import argparse
import io
import json
import random
import uuid
from collections.abc import Iterable
from datetime import timedelta
from importlib import import_module
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib import auth  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.files.base import ContentFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.http import int_to_base36  # noqa: E402
from PIL import Image as Pillow  # noqa: E402

from educa.accounts.models import INSTRUCTORS, User  # noqa: E402
from educa.accounts.names import appearance  # noqa: E402
from educa.chat.models import Event, Message, Room  # noqa: E402
from educa.courses.models import (  # noqa: E402
    Content,
    Course,
    File,
    Image,
    Module,
    SearchEntry,
    Subject,
    Text,
    Video,
)
from educa.students.models import Completion, Enrollment  # noqa: E402

DICE = random.Random(7)
NOW = timezone.now()
PASSWORD = "correct horse battery staple"
SUBJECTS = ("Mathematics", "Music", "Physics", "Programming", "History", "Biology")
MODULES = 8  # of a course
KINDS: tuple[type[Any], ...] = (Text, Image, Text, Video, File, Text)  # of the contents of a module
PER_INSTRUCTOR = 10  # courses
PER_STUDENT = 5  # courses
STARTED = 4  # one enrollment of so many has begun to study
DONE = 12  # contents that have been finished there
MESSAGES = 20  # in a room
BATCH = 2_000  # rows of a statement
LINK = "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ"
OVERVIEW = (
    "How to start, what to practice, and where to go **next**. Each part ends with a task that"
    " takes about half an hour.\n\n- one idea at a time\n- worked examples\n- no hurry\n"
)
TEXT = "\n\n".join(["## What this is about", OVERVIEW, "`print(1 + 1)` gives 2.", OVERVIEW * 3])
SAID = "Has anybody an idea how to begin with the second task?"


def people(names: Iterable[str], password: str) -> list[User]:
    """Accounts with one hash for all, since making a hash takes long on purpose."""
    rows = [
        User(
            username=name,
            username_appearance=appearance(name),
            display_name=name.replace("-", " ").title(),
            email=f"{name}@example.org",
            password=password,
        )
        for name in names
    ]
    return User.objects.bulk_create(rows, BATCH)


def courses(amount: int, owners: list[User]) -> list[Course]:
    """Published courses, of the subjects in turn."""
    subjects = [Subject.objects.create(slug=title.lower(), title=title) for title in SUBJECTS]
    return Course.objects.bulk_create(
        (
            Course(
                owner=owners[number // PER_INSTRUCTOR],
                subject=subjects[number % len(subjects)],
                title=f"{subjects[number % len(subjects)]} {number}: a first course",
                slug=f"course-{number}",
                overview=OVERVIEW,
                status=Course.Status.PUBLISHED,
                published_at=NOW - timedelta(hours=number),
            )
            for number in range(amount)
        ),
        BATCH,
    )


def modules(made: list[Course]) -> list[Module]:
    """The modules of all courses, course by course."""
    return Module.objects.bulk_create(
        (
            Module(course=course, title=f"Part {place + 1}", description="What it is.", order=place)
            for course in made
            for place in range(MODULES)
        ),
        BATCH,
    )


def contents(made: list[Module]) -> list[Content]:
    """The contents of all modules, module by module, each with an item and an entry of the search."""
    owner = made[0].course.owner
    samples = {
        Text: {"content": TEXT},
        Video: {"url": LINK, "duration": 600},
        Image: state_of(Image(owner=owner, title="", file=picture(), alt="A tone")),
        File: state_of(File(owner=owner, title="", file=ContentFile(b"1,2\n", "a.csv"))),
    }
    rows: list[Content] = []
    for place, kind in enumerate(KINDS):
        items = kind.objects.bulk_create(
            (
                kind(owner_id=module.course.owner_id, title=f"Step {place + 1}", **samples[kind])
                for module in made
            ),
            BATCH,
        )
        key = ContentType.objects.get_for_model(kind)
        rows += (
            Content(module=module, content_type=key, object_id=item.pk, order=place)
            for module, item in zip(made, items, strict=True)
        )
    in_order = sorted(rows, key=lambda content: (content.module_id, content.order))
    stored = Content.objects.bulk_create(in_order, BATCH)
    words = {kind: kind(**samples[kind]).search_text() for kind in samples if kind is not Video}
    said = {
        content.pk: (f"Step {content.order + 1}", words.get(KINDS[content.order], ""))
        for content in stored
    }
    SearchEntry.objects.add(said)
    return stored


def state_of(item: Any) -> dict[str, Any]:
    """What is in the fields of an item with a file, after that was stored once for all of them."""
    item.save()
    left_out = {"id", "owner", "title", "created", "updated"}
    fields = [field for field in item._meta.concrete_fields if field.name not in left_out]
    found = {field.name: field.value_from_object(item) for field in fields}
    type(item).objects.filter(pk=item.pk)._raw_delete("default")  # the file stays
    return {name: str(value) if name == "file" else value for name, value in found.items()}


def picture() -> ContentFile[bytes]:
    """A picture of one tone."""
    stream = io.BytesIO()
    Pillow.new("RGB", (1200, 800), (70, 110, 160)).save(stream, "PNG")
    return ContentFile(stream.getvalue(), "a.png")


def enroll(students: list[User], made: list[Course], stored: list[Content]) -> None:
    """Five courses each, in which some have begun."""
    rows = Enrollment.objects.bulk_create(
        (
            Enrollment(student=student, course=made[place % len(made)])
            for place, student in pairs(students)
        ),
        BATCH,
    )
    size = MODULES * len(KINDS)
    Completion.objects.bulk_create(
        (
            Completion(enrollment=row, content=stored[place % len(made) * size + number])
            for place, row in enumerate(rows)
            if place % STARTED == 0
            for number in range(DONE)
        ),
        BATCH,
    )


def pairs(students: list[User]) -> Iterable[tuple[int, User]]:
    """Who is in which course: the number of the pair, modulo that of the courses, is that of the course."""
    for number, student in enumerate(students):
        for place in range(PER_STUDENT):
            yield number * PER_STUDENT + place, student


def talk(made: list[Course], students: list[User]) -> None:
    """A room for each course, with some messages."""
    rooms = Room.objects.bulk_create(
        (Room(course=course, last_sequence=MESSAGES) for course in made), BATCH
    )
    messages = Message.objects.bulk_create(
        (
            Message(
                room=room,
                sequence=number + 1,
                author=DICE.choice(students),
                client_id=uuid.UUID(int=DICE.getrandbits(128)),
                body=SAID,
                words=f" {SAID.lower()} ",
            )
            for room in rooms
            for number in range(MESSAGES)
        ),
        BATCH,
    )
    Event.objects.bulk_create(
        (
            Event(
                room_id=each.room_id,
                sequence=each.sequence,
                kind=Event.Kind.MESSAGE,
                message=each,
                actor_id=each.author_id,
            )
            for each in messages
        ),
        BATCH,
    )


def sign_in(users: list[User]) -> list[str]:
    """The keys of sessions of these people, as if each had signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    model = store.get_model_class()
    digest = users[0].get_session_auth_hash()  # of the password, which they have in common
    keys = [f"{DICE.getrandbits(160):032x}"[:32] + int_to_base36(user.pk) for user in users]
    rows = [
        model(
            session_key=key,
            session_data=store.encode(
                {
                    auth.SESSION_KEY: str(user.pk),
                    auth.BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    auth.HASH_SESSION_KEY: digest,
                }
            ),
            expire_date=NOW + timedelta(days=1),
        )
        for key, user in zip(keys, users, strict=True)
    ]
    model.objects.bulk_create(rows, BATCH)
    return keys


def make(course_count: int, student_count: int) -> dict[str, Any]:
    """The school, and what a client has to know of it."""
    password = make_password(PASSWORD)
    amount = -(-course_count // PER_INSTRUCTOR)
    owners = people((f"instructor-{number}" for number in range(amount)), password)
    Group.objects.get(name=INSTRUCTORS).user_set.add(*owners)
    made = courses(course_count, owners)
    parts = modules(made)
    stored = contents(parts)
    students = people((f"student-{number}" for number in range(student_count)), password)
    enroll(students, made, stored)
    talk(made, students)
    return {
        "password": PASSWORD,
        "per_student": PER_STUDENT,
        "subjects": [title.lower() for title in SUBJECTS],
        "courses": [course.pk for course in made],
        "slugs": [course.slug for course in made],
        "modules": [module.pk for module in parts],
        "modules_of_course": MODULES,
        "contents": [content.pk for content in stored],
        "contents_of_course": MODULES * len(KINDS),
        "courses_of_instructor": PER_INSTRUCTOR,
        "instructors": sign_in(owners),
        "students": sign_in(students),
    }


def main() -> None:
    """Migrate, fill, tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.school", description=__doc__)
    parser.add_argument("--courses", type=int, default=200)
    parser.add_argument("--students", type=int, default=2000)
    options = parser.parse_args()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    with transaction.atomic():
        told = make(options.courses, options.students)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(json.dumps(told))


if __name__ == "__main__":
    main()
