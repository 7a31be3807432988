"""A small site with one of everything, and somebody in each part, for requests that are made up."""

from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from educa.accounts.models import User
from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.api.tests.asking import basic, bearer, make_secret, make_token
from educa.chat.tests.factories import ask, make_member, reply
from educa.courses.actions import begin_upload, trash_content, trash_course, trash_module
from educa.courses.models import Attachment, Course
from educa.courses.tests.factories import (
    make_attachment,
    make_captions,
    make_content,
    make_course,
    make_module,
    make_uploaded_video,
)
from educa.interchange.models import Transfer
from educa.students.models import Enrollment
from educa.students.tests.factories import make_completion, make_request
from educa.webhooks.models import Delivery
from educa.webhooks.tests.factories import make_delivery, make_webhook

ROLES = ["visitor", "student", "instructor", "administrator"]
SINGULAR = {"deliveries": "delivery"}
SECRET = "zanzibar-7731"
"""Stands in everything of a course that neither the student nor the instructor may know of."""


@dataclass(frozen=True)
class Place:
    """The ids that there are by the word of the API for them, and what each role signs in with.

    The first of each is that of the course which the student studies and the instructor teaches, the last
    one is in the trash of the instructor. The stranger, who may only read what everybody may, is no role of the requests that are made up.
    """

    ids: dict[str, list[Any]]
    siblings: dict[str, list[int]]
    """All modules of the first course, all contents of the first module."""
    headers: dict[str, list[dict[str, str]]]

    def address(self, path: str, number: int = 0) -> str:
        """A path of the description, with the id of what is there; by default of the first one."""
        noun = path.split("/")[2]
        return path.replace("{id}", str(self.ids_of(noun)[number])) if "{id}" in path else path

    def reading(self, label: str) -> str:
        """Where a GET of the description is sent; lists that belong to a course are asked for the first one's."""
        path = label.removeprefix("GET ")
        needs_course = path in {"/api/attachments/", "/api/contents/", "/api/modules/"}
        return self.address(path) + (f"?course={self.ids['course'][0]}" if needs_course else "")

    def ids_of(self, word: str) -> list[Any]:
        """The ids that a field or a part of an address of this name can mean; none where it means none."""
        return self.ids.get(SINGULAR.get(word, word.removesuffix("s")), [])


def make_place() -> Place:
    """Two instructors with courses in every state, a student of them, an administrator."""
    instructor, other, administrator = make_instructor(), make_instructor(), make_admin()
    course = make_course(owner=instructor, title="Waves")
    student = make_member(course)
    contents = _fill(course)
    enrollment = Enrollment.objects.get()
    make_completion(enrollment, contents[0])
    reply(instructor, ask(student, contents[0]))
    courses = [
        course,
        make_course(owner=instructor, status=Course.Status.DRAFT),
        make_course(owner=instructor, status=Course.Status.ARCHIVED),
        make_course(owner=other, admission=Course.Admission.CODE),
        make_request(student).course,
    ]
    hidden = make_course(owner=other, status=Course.Status.DRAFT, title=SECRET, overview=SECRET)
    contents += [make_content(make_module(each)) for each in courses[1:]]
    contents.append(make_content(make_module(hidden, title=SECRET), title=SECRET, content=SECRET))
    in_trash = _trash(course, instructor)
    people = {
        "student": student,
        "instructor": instructor,
        "administrator": administrator,
        "stranger": make_user(),
    }
    webhook = make_webhook(instructor, course=courses[2])  # in which the requests do nothing
    delivery = make_delivery(courses[2], webhook=webhook, status=Delivery.Status.DELIVERED)
    tokens = [make_token(person, name="Kept") for person in people.values()]
    return Place(
        ids={
            "subject": [each.subject_id for each in courses],
            "course": [*(each.pk for each in courses), hidden.pk, in_trash["course"]],
            "module": [*dict.fromkeys(each.module_id for each in contents), in_trash["module"]],
            "content": [*(each.pk for each in contents), in_trash["content"]],
            "attachment": [attachment.pk for attachment in Attachment.objects.all()],
            "token": [token.pk for token in tokens],
            "upload": [_begun(course)],
            "transfer": _transfers(course),
            "webhook": [delivery.webhook_id],
            "delivery": [str(delivery.uid)],
        },
        siblings={
            "modules": list(course.modules.values_list("pk", flat=True)),
            "contents": list(course.modules.earliest("pk").contents.values_list("pk", flat=True)),
        },
        headers={
            "visitor": [{}],
            **{role: [bearer(make_secret(each)), basic(each)] for role, each in people.items()},
        },
    )


def _begun(course: Course) -> str:
    """An upload of which nothing has come yet."""
    return str(begin_upload(course=course, owner=course.owner, name="paper.pdf", size=9).pk)


def _transfers(course: Course) -> list[int]:
    """A package that can be downloaded, and one that was looked at."""
    common: dict[str, Any] = {"owner": course.owner, "name": "waves.imscc"}
    ended = {"status": Transfer.Status.DONE, "finished_at": timezone.now()}
    done = Transfer.objects.create(
        course=course, direction=Transfer.Direction.EXPORT, **common, **ended
    )
    done.package.save("waves.imscc", ContentFile(b"PK"))
    looked = Transfer.objects.create(direction=Transfer.Direction.IMPORT, **common, **ended)
    return [done.pk, looked.pk]


def _trash(course: Course, instructor: User) -> dict[str, int]:
    """A content and a module of the course, and another course of the instructor, each in the trash."""
    content, module = make_content(course.modules.earliest("pk")), make_module(course)
    other = make_course(owner=instructor)
    trash_content(content=content, by=instructor)
    trash_module(module=module, by=instructor)
    trash_course(course=other, by=instructor)
    return {"course": other.pk, "module": module.pk, "content": content.pk}


def _fill(course: Course) -> list[Any]:
    """Contents of every kind, in two modules, and an attachment."""
    module = make_module(course, description="What *waves* are.")
    film = make_uploaded_video()
    make_captions(film)
    make_attachment(course)
    return [
        make_content(module, content="# Light\n\nIs a $wave$."),
        make_content(module, "file"),
        make_content(module, "image"),
        make_content(make_module(course), "video"),
        make_content(module, item=film, order=7),
    ]
