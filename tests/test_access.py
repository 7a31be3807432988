"""Who may open which URL. A URL without a row here fails the build."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.api.tests.asking import make_token
from educa.chat.actions import mute, report
from educa.chat.models import Act, Message, Mute, Reaction, ReadMark, Report, Room
from educa.chat.tests.factories import ask, say
from educa.courses.models import Content, Module, Upload
from educa.courses.tests.factories import (
    make_attachment,
    make_captions,
    make_content,
    make_course,
    make_file,
    make_text,
    make_uploaded_video,
    picture,
)
from educa.interchange.models import Transfer
from educa.students.models import Enrollment, Note
from educa.webhooks.tests.factories import make_delivery
from tests.undoing import undone

pytestmark = pytest.mark.django_db

ROLES = [
    "visitor", "stranger", "enrolled", "left", "owner", "assistant", "other", "lapsed", "admin",
]  # fmt: skip
UUID = "6f2f0d3a-6c0b-4d6f-9c5e-0d3a6f2f6c0b"
LOGIN = "login"
"""Sent to the sign-in page."""


@dataclass(frozen=True)
class Site:
    """A course with a file in it, one course of somebody else, and a browser for each role."""

    words: dict[str, Any]
    browsers: dict[str, Client]


def everybody(status: int) -> dict[str, int | str]:
    return dict.fromkeys(ROLES, status)


def readers(status: int = 200, visitor: int | str = LOGIN) -> dict[str, int | str]:
    """Those who may read the contents of the course; the others do not learn that it exists."""
    may = dict.fromkeys(["enrolled", "owner", "assistant", "lapsed", "admin"], status)
    return {**everybody(404), **may, "visitor": visitor}


def students(status: int = 200) -> dict[str, int | str]:
    """As `readers`, of a page: a published course is no secret, only its contents are."""
    closed = dict.fromkeys(["stranger", "left", "other"], 403)
    return {**readers(status), **closed}


def editors(status: int = 200, admin: int = 404) -> dict[str, int | str]:
    """The studio: who is no instructor (any more) is refused, others do not learn of the course."""
    may = dict.fromkeys(["owner", "assistant"], status)
    refused = dict.fromkeys(["stranger", "enrolled", "left", "lapsed"], 403)
    return {**everybody(404), **may, **refused, "admin": admin, "visitor": LOGIN}


def owners(status: int = 200) -> dict[str, int | str]:
    """As `editors`, of what only the owner may do: co-instructors know the course, and are refused."""
    return {**editors(status), "assistant": 403}


def instructors(status: int = 200) -> dict[str, int | str]:
    """The studio's pages that belong to no course."""
    return {**editors(status, admin=status), "other": status}


def signed_in(status: int) -> dict[str, int | str]:
    return {**everybody(status), "visitor": LOGIN}


def programs(status: int) -> dict[str, int | str]:
    """As `signed_in`, of what answers programs: they are told so, and sent nowhere."""
    return {**everybody(status), "visitor": 401}


def teachers(status: int = 200) -> dict[str, int | str]:
    """As `instructors`, of what answers programs."""
    return {**instructors(status), "visitor": 401}


def jobs(status: int, admin: int = 200) -> dict[str, int | str]:
    """Of a transfer of the owner's: other instructors do not learn of it."""
    return {**teachers(404), "owner": status, "admin": admin}


def webhook_owner(status: int) -> dict[str, int | str]:
    """A webhook is its owner's alone, and no other instructor's of the same course."""
    return {**signed_in(404), "owner": status}


# URL name -> what the path needs, each "word" or "parameter=word", and the answer for each role.
GET: dict[str, tuple[list[str], dict[str, int | str]]] = {
    "course_list": ([], everybody(200)),
    "metrics": ([], {**everybody(403), "visitor": 401, "admin": 200}),
    "course_list_subject": (["subject"], everybody(200)),
    "course_detail": (["slug"], everybody(200)),
    "media": (["name"], readers(visitor=404)),
    "student_course_list": ([], signed_in(200)),
    "student_course_detail": (["pk"], students()),
    "student_course_detail_module": (["pk", "module_id"], students()),
    "student_content_detail": (["pk", "content_id=id"], students()),
    "student_module_outline": (["pk", "module_id"], students()),
    "student_content_note": (["pk", "content_id=id"], readers()),
    "student_note_list": ([], signed_in(200)),
    "chat:course_chat_room": (["course_id=pk"], students()),
    "chat:message_list": (["course_id=pk"], readers()),
    "chat:event_list": (["course_id=pk"], readers(400)),  # it names no number
    "chat:message_picture": (["course_id=pk", "sequence=said"], readers()),
    "chat:person_list": (["course_id=pk"], readers()),
    "chat:pinned_list": (["course_id=pk"], readers()),
    "chat:read": (["course_id=pk"], readers()),
    "student_search": ([], signed_in(200)),
    "chat:content_questions": (["course_id=pk", "content_id=id"], students()),
    "chat:question_list": (["course_id=pk"], readers()),
    "chat:question_search": ([], signed_in(200)),
    "manage_question_list": ([], instructors()),
    "course_questions": (["pk"], editors()),
    "manage_course_list": ([], instructors()),
    "course_create": ([], instructors()),
    "course_import": ([], instructors()),
    "course_transfer": (["transfer"], {**editors(admin=200), "assistant": 404}),
    "course_trash_list": ([], instructors()),
    "course_outline": (["pk"], editors()),
    "course_edit": (["pk"], editors()),
    "course_module_update": (["pk"], editors()),
    "course_instructors": (["pk"], editors()),
    "course_students": (["pk"], editors()),
    "course_student_add": (["pk"], editors()),
    "course_student_import": (["pk"], editors()),
    "course_student_export": (["pk"], editors()),
    "course_admission": (["pk"], editors()),
    "course_hand_over": (["pk"], owners()),
    "course_delete": (["pk"], owners()),
    "course_publish": (["pk"], editors()),
    "course_trash": (["pk"], editors()),
    "course_attachment_list": (["pk"], editors()),
    "course_export": (["pk"], editors()),
    "course_chat": (["pk"], editors(admin=200)),
    "course_chat_record": (["pk"], editors(admin=200)),
    "course_chat_edits": (["pk"], editors(admin=200)),
    "course_chat_reports": (["pk"], editors(admin=200)),
    "course_chat_mute": (["pk"], editors(admin=200)),
    "course_chat_export": (["pk", "ending"], editors(admin=200)),
    "course_export_package": (["export"], {**editors(), "assistant": 404}),
    "module_content_list": (["module_id"], editors()),
    "module_outline": (["module_id"], editors()),
    "module_content_create": (["module_id", "model_name=kind"], editors()),
    "module_content_update": (["module_id", "model_name=kind", "id=item"], editors()),
    "text_history": (["module_id", "id=text"], editors()),
    "upload_detail": (["upload"], {**editors(412), "assistant": 404}),
    "access_tokens": ([], signed_in(200)),
    "access_token_revoke": (["pk=token"], signed_in(404)),  # it is somebody else's
    "webhooks": ([], signed_in(200)),
    "webhook_detail": (["pk=webhook"], webhook_owner(200)),
    "webhook_edit": (["pk=webhook"], webhook_owner(200)),
    "webhook_delete": (["pk=webhook"], webhook_owner(200)),
    "webhook_secret": (["pk=webhook"], webhook_owner(200)),
    "api:root": ([], everybody(200)),
    "api:schema": ([], everybody(200)),
    "api:docs": ([], everybody(200)),
    "api:nowhere": ([], everybody(404)),
    "api:subject-list": ([], everybody(200)),
    "api:subject-detail": (["pk=subject_id"], everybody(200)),
    "api:course-list": ([], everybody(200)),
    "api:course-detail": (["pk"], everybody(200)),
    "api:course-contents": (["pk"], readers(visitor=401)),
    "api:course-progress": (["pk"], {**programs(404), "enrolled": 200}),
    "api:course-messages": (["pk"], readers(visitor=401)),
    "api:course-enroll": (["pk"], programs(405)),
    "api:course-unenroll": (["pk"], programs(405)),
    "api:course-export": (["pk"], programs(405)),
    "api:upload-list": ([], programs(405)),
    "api:upload-detail": (["pk=upload"], programs(405)),
    "api:transfer-list": ([], teachers()),
    "api:transfer-detail": (["pk=transfer"], jobs(200)),
    "api:transfer-import": (["pk=transfer"], programs(405)),
    "api:transfer-file": (["pk=export"], jobs(200, admin=404)),
    "api:me": ([], programs(200)),
    "api:my-courses": ([], programs(200)),
    "api:module-list": ([], programs(400)),  # it names no course
    "api:module-detail": (["pk=module_id"], readers(visitor=401)),
    "api:attachment-list": ([], programs(400)),
    "api:attachment-detail": (["pk=attachment"], readers(visitor=401)),
    "api:content-list": ([], programs(400)),
    "api:content-detail": (["pk=id"], readers(visitor=401)),
    "api:token-list": ([], programs(200)),
    "api:token-detail": (["pk=token"], programs(405)),
    "api:webhook-list": ([], programs(200)),
    "api:webhook-detail": (["pk=webhook"], {**programs(404), "owner": 200}),
    "api:webhook-deliveries": (["pk=webhook"], {**programs(404), "owner": 200}),
    "api:webhook-test": (["pk=webhook"], programs(405)),
    "api:webhook-rotate": (["pk=webhook"], programs(405)),
    "api:delivery-detail": (["pk=told"], {**programs(404), "owner": 200}),
    "api:delivery-redeliver": (["pk=told"], programs(405)),
}
# As above, with what is posted: words, or values in a list.
POST: dict[str, tuple[list[str], dict[str, Any], dict[str, int | str]]] = {
    "student_enroll_course": ([], {"course": "pk"}, {**everybody(302), "visitor": LOGIN}),
    "student_note_delete": (["note_id=note"], {}, signed_in(404)),  # it is somebody else's
    "student_leave_course": ([], {"course": "pk"}, signed_in(302)),
    "course_student_add": (["pk"], {"names": ["nobody"]}, editors(200)),
    "course_student_import": (["pk"], {}, editors(200)),
    "course_student_remove": (["pk", "student_id"], {}, editors(302)),
    "course_student_restore": (["pk", "student_id"], {}, editors(302)),
    "course_request_approve": (["pk"], {"request": "wish"}, editors(302)),
    "course_request_refuse": (["pk"], {"request": "wish"}, editors(302)),
    "course_admission": (["pk"], {"admission": ["closed"]}, editors(302)),
    "student_content_progress": (
        ["pk", "content_id=id"],
        {"done": ["true"]},
        {**students(302), **dict.fromkeys(["owner", "assistant", "lapsed", "admin"], 404)},
    ),
    "student_content_note": (["pk", "content_id=id"], {"body": ["Words"]}, readers(302)),
    "chat:message_list": (
        ["course_id=pk"],
        {"message": ["Why?"], "client_id": [UUID]},
        readers(302),
    ),
    "chat:message_edit": (["course_id=pk", "sequence=said"], {"message": ["What?"]}, readers(302)),
    "chat:message_delete": (["course_id=pk", "sequence=said"], {}, readers(302)),
    "chat:message_react": (
        ["course_id=pk", "sequence=said"],
        {"sign": ["👍"], "on": ["true"]},
        readers(302),
    ),
    "chat:message_pin": (["course_id=pk", "sequence=said"], {"on": ["true"]}, readers(302)),
    "chat:message_report": (["course_id=pk", "sequence=said"], {}, readers(302)),
    "chat:message_answer": (
        ["course_id=pk", "sequence=question"],
        {"settled": ["true"]},
        readers(302),
    ),
    "chat:read": (["course_id=pk"], {"sequence": [1]}, readers(302)),
    "chat:mute": (["course_id=pk"], {"user": ["nobody"]}, readers(302)),
    "chat:unmute": (["course_id=pk"], {"user": ["nobody"]}, readers(302)),
    "chat:room_settings": (["course_id=pk"], {"closed": ["true"]}, readers(302)),
    "chat:content_questions": (
        ["course_id=pk", "content_id=id"],
        {"message": ["Why?"], "client_id": [str(uuid4())]},
        students(302),
    ),
    "manage_question_list": (
        [],
        {"course": "pk", "question": "question", "message": ["So."], "client_id": [str(uuid4())]},
        editors(302),
    ),
    "course_questions": (
        ["pk"],
        {"course": "pk", "question": "question", "message": ["So."], "client_id": [str(uuid4())]},
        editors(302),
    ),
    "course_question_settle": (["pk", "sequence=question"], {}, editors(302)),
    "course_question_reopen": (["pk", "sequence=question"], {}, editors(302)),
    "course_import": ([], {}, instructors(200)),
    "course_transfer": (["transfer"], {}, {**editors(302), "assistant": 404}),
    "course_publish": (["pk"], {}, editors(302)),
    "course_duplicate": (["pk"], {}, editors(302)),
    "course_restore": (["pk"], {}, {**editors(302), "assistant": 404}),
    "course_purge": (["pk"], {}, {**editors(404), "assistant": 404}),
    "course_delete": (["pk"], {}, owners(302)),
    "course_export": (["pk"], {}, editors(302)),
    "course_instructor_remove": (["pk", "user_id"], {}, owners(302)),
    "course_chat_settings": (["pk"], {"slow_seconds": ["60"]}, editors(302, admin=302)),
    "course_chat_mute": (["pk"], {"person": "member"}, editors(302, admin=302)),
    "course_chat_unmute": (["pk", "user_id=muted"], {}, editors(302, admin=302)),
    "course_chat_unpin": (["pk", "sequence"], {}, editors(302, admin=302)),
    "course_chat_handle": (["pk", "sequence"], {}, editors(302, admin=302)),
    "course_chat_delete": (["pk", "sequence"], {}, editors(302, admin=302)),
    "attachment_create": (["pk"], {}, editors(302)),
    "attachment_delete": (["id=attachment"], {}, editors(302)),
    "module_create": (["pk"], {"title": ["One more"]}, editors(302)),
    "module_edit": (["module_id"], {"title": ["Renamed"]}, editors(302)),
    "module_move": (["module_id"], {"place": [0]}, editors(302)),
    "module_duplicate": (["module_id"], {}, editors(302)),
    "module_delete": (["module_id"], {}, editors(302)),
    "module_restore": (["module_id"], {}, editors(302)),
    "module_purge": (["module_id"], {}, owners(404)),
    "content_rename": (["id"], {"title": ["Renamed"]}, editors(302)),
    "content_move": (["id"], {"module": "module_id", "place": [0]}, editors(302)),
    "content_duplicate": (["id"], {}, editors(302)),
    "module_content_delete": (["id"], {}, editors(302)),
    "content_restore": (["id"], {}, editors(302)),
    "content_purge": (["id"], {}, owners(404)),
    "content_from_upload": (["module_id"], {"upload": "upload"}, editors(302)),
    "caption_track_create": (["module_id", "id=video"], {}, editors(200)),
    "caption_track_delete": (["id=track"], {}, editors(302)),
    "overview_preview": ([], {"content": ["Words"]}, instructors()),
    "text_preview": (["module_id"], {"content": ["Words"]}, editors()),
    "text_draft_create": (["module_id"], {"content": ["Words"]}, editors()),
    "text_draft_update": (["module_id", "id=text"], {"content": ["Words"]}, editors()),
    "text_version_restore": (["module_id", "id=text", "version_id"], {}, editors(302)),
    "upload_create": (["pk"], {}, editors(412)),
    "access_tokens": ([], {}, signed_in(200)),
    "access_token_revoke": (["pk=token"], {}, signed_in(404)),
    "webhooks": ([], {}, signed_in(200)),  # without the password nothing is added
    "webhook_edit": (["pk=webhook"], {}, webhook_owner(200)),
    "webhook_delete": (["pk=webhook"], {}, webhook_owner(302)),
    "webhook_secret": (["pk=webhook"], {}, webhook_owner(200)),
    "webhook_switch": (["pk=webhook"], {}, webhook_owner(302)),
    "webhook_test": (["pk=webhook"], {}, webhook_owner(302)),
    "webhook_redeliver": (["pk=webhook", "delivery"], {}, webhook_owner(302)),
}
# Whoever teaches a course does not study it.
TAUGHT = {**programs(200), **dict.fromkeys(["owner", "assistant", "lapsed"], 409)}
# What programs send, as JSON.
API: dict[str, tuple[str, list[str], dict[str, Any], dict[str, int | str]]] = {
    "api:course-enroll": ("POST", ["pk"], {}, TAUGHT),
    "api:course-unenroll": ("POST", ["pk"], {}, programs(200)),
    "api:course-progress": (
        "POST",
        ["pk"],
        {"content": "id", "done": [True]},
        {**programs(404), "enrolled": 200},
    ),
    "api:course-messages": (
        "POST",
        ["pk"],
        {"message": ["Why?"], "client_id": [UUID]},
        readers(201, visitor=401),
    ),
    # A published course is no secret, so that other instructors are refused.
    "api:course-export": (
        "POST",
        ["pk"],
        {},
        {**teachers(403), **dict.fromkeys(["owner", "assistant"], 202)},
    ),
    "api:upload-list": ("POST", [], {}, teachers(412)),  # it does not say that it speaks tus
    "api:upload-detail": ("DELETE", ["pk=upload"], {}, teachers(412)),
    "api:transfer-list": ("POST", [], {}, teachers(400)),
    "api:transfer-import": ("POST", ["pk=transfer"], {}, {**jobs(409), "admin": 403}),
    "api:token-list": (
        "POST",
        [],
        {"name": ["Script"], "scopes": [["read"]], "expires_at": [None]},
        programs(403),  # without the password a moment ago
    ),
    "api:token-detail": ("DELETE", ["pk=token"], {}, programs(404)),
    "api:webhook-list": (
        "POST",
        [],
        {"url": ["https://hooks.example/"], "events": [["enrollment.made"]]},
        programs(403),  # without the password a moment ago, or for those who teach
    ),
    "api:webhook-detail": ("DELETE", ["pk=webhook"], {}, {**programs(404), "owner": 204}),
    "api:webhook-test": ("POST", ["pk=webhook"], {}, {**programs(404), "owner": 202}),
    "api:webhook-rotate": ("POST", ["pk=webhook"], {}, {**programs(404), "owner": 200}),
    "api:delivery-redeliver": ("POST", ["pk=told"], {}, {**programs(404), "owner": 202}),
}


def authors(status: int, owner_only: bool = False, stranger: int = 404) -> dict[str, int | str]:
    """Who reads a course knows what is in it, and is refused; the others don't learn that it is there."""
    readers_of_it = dict.fromkeys(["enrolled", "lapsed", "admin"], 403)
    may = {"owner": status, "assistant": 403 if owner_only else status}
    return {**programs(stranger), **readers_of_it, **may}


def of_published(status: int, owner_only: bool = False) -> dict[str, int | str]:
    """As `authors`; a published course is no secret."""
    return authors(status, owner_only, stranger=403)


# What authors send, as JSON.
AUTHORS: dict[str, tuple[str, list[str], dict[str, Any], dict[str, int | str]]] = {
    "POST api:course-list": (
        "POST",
        [],
        {"title": ["New"], "subject": "subject_id"},
        {**programs(403), **dict.fromkeys(["owner", "assistant", "other", "admin"], 201)},
    ),
    "PATCH api:course-detail": ("PATCH", ["pk"], {"title": ["New"]}, of_published(200)),
    "DELETE api:course-detail": ("DELETE", ["pk"], {}, of_published(204, owner_only=True)),
    "POST api:course-restore": ("POST", ["pk"], {}, {**programs(404), "owner": 200}),
    "POST api:course-publish": ("POST", ["pk"], {}, of_published(200)),
    "POST api:course-unpublish": ("POST", ["pk"], {}, of_published(200)),
    "POST api:course-archive": ("POST", ["pk"], {}, of_published(200)),
    "POST api:course-duplicate": ("POST", ["pk"], {}, of_published(201)),
    "POST api:course-reorder": ("POST", ["pk"], {"modules": "modules"}, of_published(200)),
    "POST api:module-list": ("POST", [], {"course": "pk", "title": ["New"]}, of_published(201)),
    "PATCH api:module-detail": ("PATCH", ["pk=module_id"], {"title": ["New"]}, authors(200)),
    "DELETE api:module-detail": ("DELETE", ["pk=module_id"], {}, authors(204)),
    "POST api:module-restore": (
        "POST",
        ["pk=module_id"],
        {},
        {**programs(404), "owner": 200, "assistant": 200},
    ),
    "POST api:module-duplicate": ("POST", ["pk=module_id"], {}, authors(201)),
    "POST api:module-move": ("POST", ["pk=module_id"], {"order": [0]}, authors(200)),
    "POST api:module-reorder": ("POST", ["pk=module_id"], {"contents": "contents"}, authors(200)),
    "POST api:attachment-list": ("POST", [], {"course": "pk"}, programs(400)),  # it brings no file
    "DELETE api:attachment-detail": ("DELETE", ["pk=attachment"], {}, authors(204)),
    "POST api:content-list": (
        "POST",
        [],
        {"module": "module_id", "kind": ["text"], "title": ["New"]},
        authors(201),
    ),
    "PATCH api:content-detail": ("PATCH", ["pk=id"], {"title": ["New"]}, authors(200)),
    "DELETE api:content-detail": ("DELETE", ["pk=id"], {}, authors(204)),
    "POST api:content-restore": (
        "POST",
        ["pk=id"],
        {},
        {**programs(404), "owner": 200, "assistant": 200},
    ),
    "POST api:content-duplicate": ("POST", ["pk=id"], {}, authors(201)),
    "POST api:content-move": ("POST", ["pk=id"], {"order": [0]}, authors(200)),
}
SENT = {**API, **AUTHORS}
# What is kept by the browser, which asks each time whether it may show it still.
FILES = {"media", "chat:message_picture"}
# What takes JSON, and what it puts in order.
ORDER = {"module_order": Module, "content_order": Content}
# People's own pages have their tests in educa.accounts, Django's administration in educa.courses.
ELSEWHERE_NAMESPACES = {"admin"}


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, pattern.namespace or space)
        elif pattern.name:
            module = getattr(pattern.callback, "__module__", "")
            yield f"{space}:{pattern.name}" if space else pattern.name, module


def test_every_url_has_a_row():
    from educa.accounts import urls as people  # noqa: PLC0415 - needs the settings

    of_people = {name for name, _module in names(people.urlpatterns)}
    found = {
        name
        for name, _module in names(get_resolver().url_patterns)
        if name.partition(":")[0] not in ELSEWHERE_NAMESPACES and name not in of_people
    }

    authored = {name.partition(" ")[2] for name in AUTHORS}

    assert found == {*GET, *POST, *API, *ORDER} | authored


@pytest.fixture(scope="module")
def shared_site(
    django_db_setup: None, django_db_blocker: pytest.FixtureDef[None]
) -> Iterator[Site]:
    """The site of these tests, which is made once, since that takes longer than a test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_site()
        transaction.set_rollback(True)


@pytest.fixture
def site(shared_site: Site) -> Iterator[Site]:
    """The same, as if no other test had asked it anything."""
    cookies = {role: deepcopy(browser.cookies) for role, browser in shared_site.browsers.items()}
    with undone():
        yield shared_site
    for role, browser in shared_site.browsers.items():
        browser.cookies = cookies[role]


def make_site() -> Site:
    """Everybody who could come by, with a course that one of them owns."""
    owner = make_instructor()
    content = make_content(item=make_file(owner=owner))
    course = content.module.course
    course.owner = owner
    course.save()
    # Co-instructors both; one of them is no instructor any more.
    assistant, lapsed = make_instructor(), make_instructor()
    course.co_instructors.add(assistant, lapsed)
    lapsed.groups.clear()
    people = {
        "stranger": make_user(),
        "enrolled": make_user(),
        "left": make_user(),
        "owner": owner,
        "assistant": assistant,
        "lapsed": lapsed,
        "other": make_instructor(),
        "admin": make_admin(),
    }
    make_course(owner=people["other"])
    for role in ("enrolled", "left"):
        Enrollment.objects.enroll(people[role], course)
    Enrollment.objects.leave(people["left"], course)
    browsers = {"visitor": Client()}
    for role, person in people.items():
        browsers[role] = Client()
        browsers[role].force_login(person)
    return Site(words_of(content), browsers)


def words_of(content: Content) -> dict[str, Any]:
    """The keys of the course and of everything in it, by the names that rows call them."""
    module, course = content.module, content.module.course
    video = make_content(module, item=make_uploaded_video(owner=course.owner))
    text = make_content(module, item=make_text(owner=course.owner))
    text.item.remember(author=None)
    assistant = course.co_instructors.earliest("pk")
    upload = Upload.objects.create(owner=course.owner, course=course, name="a.pdf", size=9)
    transfers = [
        Transfer.objects.create(
            owner=course.owner,
            course=course,
            direction=direction,
            status=Transfer.Status.DONE,
            finished_at=timezone.now(),
            name="a.imscc",
        )
        for direction in Transfer.Direction
    ]
    said = say(course, author=course.owner, picture=ContentFile(picture(), "a.png"))
    transfers[1].package.save("a.imscc", ContentFile(b"PK"))
    member, muted = course.enrollments.current().get().student, make_user()
    message = say(course, author=member)
    report(person=course.owner, course=course.pk, sequence=message.sequence, reason="")
    mute(person=course.owner, course=course.pk, muted=muted, minutes=None)
    delivery = make_delivery(course, status="delivered")
    return {
        "pk": course.pk,
        "ending": "jsonl",
        "member": member.username,
        "muted": muted.pk,
        "sequence": message.sequence,
        "slug": course.slug,
        "subject": course.subject.slug,
        "subject_id": course.subject_id,
        "token": make_token(make_user()).pk,
        "webhook": delivery.webhook_id,
        "delivery": delivery.pk,
        "told": str(delivery.uid),
        "module_id": module.pk,
        "modules": [module.pk],
        "contents": [content.pk, video.pk, text.pk],
        "name": content.item.file.name,
        "id": content.pk,
        "kind": "file",
        "item": content.item.pk,
        "text": text.item.pk,
        "version_id": text.item.versions.get().pk,
        "video": video.item.pk,
        "track": make_captions(video.item).pk,
        "attachment": make_attachment(course).pk,
        "user_id": assistant.pk,
        "student_id": course.enrollments.current().get().student_id,
        "said": said.sequence,
        "question": ask(course.enrollments.current().get().student, content).sequence,
        "note": Note.objects.create(author=make_user(), content=text, body="Mine").pk,
        "wish": course.enrollment_requests.create(student=make_user()).pk,
        "upload": str(upload.pk),
        "transfer": transfers[0].pk,
        "export": transfers[1].pk,
    }


def path_of(site: Site, name: str, needs: list[str]) -> str:
    """The address that a row is about."""
    pairs = [need.partition("=") for need in needs]
    return reverse(name, kwargs={key: site.words[word or key] for key, _, word in pairs})


def posted(site: Site, data: dict[str, Any]) -> dict[str, Any]:
    """What a row posts."""
    return {k: v[0] if isinstance(v, list) else site.words[v] for k, v in data.items()}


def answers(site: Site, ask: Callable[[Client], Any]) -> dict[str, int | str]:
    """What each role is answered by a site that no other role has asked: made once, as it takes long."""
    return {role: answer_of(ask, browser) for role, browser in site.browsers.items()}


def answer_of(ask: Callable[[Client], Any], browser: Client) -> int | str:
    """What somebody is answered, after which all is as it was, but for the files on the disk."""
    cookies = deepcopy(browser.cookies)
    with undone():
        response = ask(browser)
        if response.streaming:  # else the client has closed it; once more would end the transaction
            response.getvalue()
    browser.cookies = cookies
    to_login = response.status_code == 302 and response.url.startswith(reverse("login"))
    return LOGIN if to_login else response.status_code


@pytest.mark.parametrize("name", GET)
def test_reading(site, name):
    needs, expected = GET[name]
    path = path_of(site, name, needs)

    assert answers(site, lambda browser: browser.get(path)) == expected


@pytest.mark.parametrize("name", POST)
def test_writing(site, name):
    needs, data, expected = POST[name]
    path, sent = path_of(site, name, needs), posted(site, data)

    assert answers(site, lambda browser: browser.post(path, sent)) == expected


# A plain form that is refused leads back to the room as well; to programs, the status says who may.
KEEPERS = {**dict.fromkeys(["owner", "assistant", "admin"], 200), "enrolled": 403, "lapsed": 403}
ROOM: dict[str, dict[str, int]] = {
    "chat:message_list": dict.fromkeys(["enrolled", "owner", "assistant", "lapsed", "admin"], 201),
    "chat:message_edit": {**dict.fromkeys(KEEPERS, 403), "owner": 200},  # its author
    "chat:message_delete": KEEPERS,
    "chat:message_react": dict.fromkeys(KEEPERS, 200),
    "chat:message_pin": KEEPERS,
    "chat:message_report": {**dict.fromkeys(KEEPERS, 200), "owner": 403},  # it is their own
    "chat:message_answer": dict.fromkeys(KEEPERS, 200),  # the student who is enrolled has asked
    "chat:read": dict.fromkeys(KEEPERS, 200),
    "chat:mute": {
        **dict.fromkeys(KEEPERS, 403),
        "owner": 404,
        "assistant": 404,
        "admin": 404,
    },  # nobody of that name
    "chat:unmute": {**dict.fromkeys(KEEPERS, 403), "owner": 404, "assistant": 404, "admin": 404},
    "chat:room_settings": KEEPERS,
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", ROOM)
def test_doing_something_in_a_room(site, name, role):
    needs, data, _expected = POST[name]
    path, browser = path_of(site, name, needs), site.browsers[role]

    answer = browser.post(path, posted(site, data), headers={"Accept": "application/json"})

    assert answer.status_code == {**everybody(404), "visitor": 401, **ROOM[name]}[role]


def stored_in_rooms() -> list[list[dict[str, Any]]]:
    """All that one can leave in a room."""
    models = Message, Reaction, ReadMark, Act, Mute, Report, Room
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("role", ["visitor", "stranger", "left", "other"])
@pytest.mark.parametrize("name", ROOM)
def test_who_is_not_in_a_room_leaves_nothing_there(site, name, role):
    needs, data, _expected = POST[name]

    before = stored_in_rooms()

    site.browsers[role].post(path_of(site, name, needs), posted(site, data))

    assert stored_in_rooms() == before


@pytest.mark.parametrize("name", ORDER)
def test_arranging(site, name):
    keys = list(map(str, ORDER[name].objects.values_list("pk", flat=True)))
    order = {"content_type": "application/json", "data": dict(zip(keys, count(), strict=False))}

    assert answers(site, lambda browser: browser.post(reverse(name), **order)) == editors()


@pytest.mark.parametrize("row", SENT)
def test_sending(site, row):
    method, needs, data, expected = SENT[row]
    name = row.rpartition(" ")[2]
    path, body = path_of(site, name, needs), json.dumps(posted(site, data))

    def ask(browser: Client) -> Any:
        return browser.generic(method, path, body, "application/json")

    assert answers(site, ask) == expected


@pytest.mark.parametrize("row", SENT)
def test_sending_by_a_session_needs_the_token_of_a_form(site, row):
    method, needs, _data, _expected = SENT[row]
    name = row.rpartition(" ")[2]
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = site.browsers["enrolled"].cookies

    response = browser.generic(method, path_of(site, name, needs), "{}", "application/json")

    assert (response.status_code, response.json()["code"]) == (403, "csrf")


@pytest.mark.parametrize("name", POST)
def test_writing_needs_the_token_of_the_form(site, name):
    needs, data, _expected = POST[name]
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = site.browsers["stranger"].cookies

    response = browser.post(path_of(site, name, needs), posted(site, data))

    assert response.status_code == 403
    assert Enrollment.objects.count() == 2


@pytest.mark.parametrize("name", GET)
def test_pages_for_people_who_are_signed_in_are_stored_nowhere(site, name):
    needs, _expected = GET[name]
    path = path_of(site, name, needs)

    response = site.browsers["owner"].get(path)
    if response.streaming:
        response.getvalue()
    control = response.headers["Cache-Control"]

    assert "no-store" in control or (name in FILES and "private" in control)
