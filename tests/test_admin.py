"""The administration: who gets in, and what its pages cost."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from educa.accounts.models import User
from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.api.tests.asking import make_token
from educa.chat.actions import edit, mute, report
from educa.chat.models import Act, Event, Message, Report
from educa.chat.tests.factories import make_member, say
from educa.courses.models import Course
from educa.courses.tests.factories import (
    make_attachment,
    make_captions,
    make_content,
    make_course,
    make_module,
    make_uploaded_video,
)
from educa.interchange.tests.factories import make_transfer
from educa.students.tests.factories import make_completion, make_enrollment
from educa.webhooks.tests.factories import make_delivery

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
NEVER_ADDED = {
    "accounts.dataexport",
    "api.accesstoken",
    "chat.act",
    "chat.message",
    "chat.mute",
    "chat.report",
    "chat.room",
    "courses.content",
    "courses.textversion",
    "interchange.importedattachment",
    "interchange.importedcontent",
    "interchange.importedcourse",
    "interchange.importedmodule",
    "interchange.transfer",
    "webhooks.delivery",
    "webhooks.webhook",
}
NEVER_DELETED = {"chat.act", "chat.mute", "chat.report", "chat.room"}  # but with their course
LABELS = [model._meta.label_lower for model in MODELS]


# Rows that no administrator has a use for, and one that stands inside another's page.
ELSEWHERE = {
    "account.emailaddress",  # in the page of its account
    "account.emailconfirmation",
    "accounts.erasure",  # gone in seconds
    "accounts.retiredname",  # digests, which tell nothing
    "courses.generation",  # numbers that triggers write
    "chat.event",  # the log, which the room itself reads
    "chat.mention",
    "chat.reaction",
    "chat.readmark",  # private to its person
    "chat.revision",  # in the page of its message
    "api.repeatablerequest",  # what programs have sent, for a week
    "admin.logentry",  # as the history of each page
    "auth.permission",  # as the choices of accounts and groups
    "contenttypes.contenttype",
    "courses.searchentry",  # made anew from the contents at any time
    "courses.textdraft",  # what somebody is typing, and has shown to nobody yet
    "courses.upload",  # what is arriving
    "sessions.session",
    "students.note",  # private to its author
    "students.position",  # where somebody stands in a content, of use to them alone
}


def page(label: str, name: str, *args: object) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_{name}", args=args)


def fill(rows: int) -> None:
    """So many rows of every model, and each of them with something beside it."""
    for _ in range(rows):
        content = make_content(kind="file")
        for kind in ("text", "image", "video"):
            make_content(content.module, kind).item.remember(author=content.module.course.owner)
        make_content(content.module, item=make_captions(make_uploaded_video()).video)
        make_attachment(content.module.course)
        make_completion(make_enrollment(course=content.module.course), content)
        make_transfer()
        make_token(make_user())
        make_delivery(content.module.course)
        talk_in(content.module.course)


def talk_in(course: Course) -> None:
    """Something in every table of the chat that is shown."""
    author = make_member(course)
    message = say(course, "Hello", author=author)
    edit(author=author, course=course.pk, sequence=message.sequence, body="Hello there")
    report(person=course.owner, course=course.pk, sequence=message.sequence, reason="Why")
    mute(person=course.owner, course=course.pk, muted=author, minutes=1)


@pytest.fixture
def as_admin(client):
    client.force_login(make_admin())
    return client


def cost_of_lists(client) -> dict[str, int]:
    """How many queries the list of each model takes."""
    return {label: queries_of(client, page(label, "changelist")) for label in LABELS}


def queries_of(client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_every_model_is_in_the_administration():
    models = {model._meta.label_lower for model in apps.get_models()}

    assert models - set(LABELS) == ELSEWHERE


def test_lists_of_thirty_rows_take_as_many_queries_as_those_of_one(as_admin):
    fill(1)
    cost_of_lists(as_admin)  # some things are asked once per process
    one = cost_of_lists(as_admin)
    fill(29)

    assert cost_of_lists(as_admin) == one


def test_every_page_of_every_model_opens(as_admin):
    fill(1)

    for model in MODELS:
        label = model._meta.label_lower
        for row in model._default_manager.all()[:1]:
            for name in ("change", "history"):
                assert as_admin.get(page(label, name, row.pk)).status_code == 200, (label, name)
            assert as_admin.get(page(label, "delete", row.pk)).status_code == (
                403 if label in NEVER_DELETED else 200
            )
        assert as_admin.get(page(label, "changelist"), {"q": "a b"}).status_code == 200
        assert as_admin.get(page(label, "add")).status_code == (
            403 if label in NEVER_ADDED else 200
        )


def test_search_with_odd_characters_finds_nothing_and_fails_nowhere(as_admin):
    fill(1)

    for label in LABELS:
        for query in ("%", "'\"", "\\", "Волны", "x" * 500):
            assert as_admin.get(page(label, "changelist"), {"q": query}).status_code == 200


def test_site_says_what_it_is(as_admin):
    text = as_admin.get(reverse("admin:index")).content.decode()

    assert "Educa administration" in text
    assert "<title>Site administration | Educa administration</title>" in text


@pytest.mark.parametrize("path", ["", "courses/course/", "courses/course/1/change/", "nonsense/"])
def test_visitor_signs_in_where_everybody_does(client, path):
    response = client.get(f"/admin/{path}")

    assert response.status_code == 302
    assert response.url == f"{reverse('login')}?next=/admin/{path}"


def test_sign_in_page_of_the_administration_leads_to_the_site_s_own(client):
    response = client.get("/admin/login/", {"next": "/admin/courses/course/"})

    assert response.url == f"{reverse('login')}?next=/admin/courses/course/"


def test_password_sent_to_the_administration_is_not_even_looked_at(client):
    make_admin(username="admin", password="secret words")

    response = client.post("/admin/login/", {"username": "admin", "password": "secret words"})

    assert response.status_code == 302
    assert "_auth_user_id" not in client.session


def test_signing_out_is_no_place_to_come_back_to(client):
    assert client.get("/admin/logout/").url == f"{reverse('login')}?next=/admin/"


@pytest.mark.parametrize("make", [make_user, make_instructor])
@pytest.mark.parametrize("path", ["", "courses/course/", "login/"])
def test_somebody_who_is_no_administrator_is_refused(client, make, path):
    client.force_login(make())

    assert client.get(f"/admin/{path}").status_code == 403


def test_administrator_who_asks_for_the_sign_in_page_is_in_already(as_admin):
    assert as_admin.get("/admin/login/").url == "/admin/"


def test_password_is_changed_where_everybody_does(as_admin):
    assert as_admin.get("/admin/password_change/").url == reverse("password_change")


def test_administrator_without_rights_sees_no_courses(client):
    client.force_login(make_user(is_staff=True))

    assert client.get(page("courses.course", "changelist")).status_code == 403


def test_person_with_courses_is_kept_and_the_page_says_why(as_admin):
    course = make_course(title="Waves and Sound")

    question = as_admin.get(page("accounts.user", "delete", course.owner.pk))
    as_admin.post(page("accounts.user", "delete", course.owner.pk), {"post": "yes"})

    assert "Waves and Sound" in question.content.decode()
    assert User.objects.filter(pk=course.owner.pk).exists()


def test_people_with_courses_chosen_together_are_kept(as_admin):
    course = make_course()
    chosen = {
        "action": "delete_selected",
        "_selected_action": [course.owner.pk, make_user().pk],
        "post": "yes",
    }

    response = as_admin.post(page("accounts.user", "changelist"), chosen)

    assert response.status_code == 200
    assert User.objects.filter(pk=course.owner.pk).exists()


def test_subject_with_courses_is_kept_and_the_page_says_why(as_admin):
    course = make_course(title="Waves and Sound")

    question = as_admin.get(page("courses.subject", "delete", course.subject.pk))
    as_admin.post(page("courses.subject", "delete", course.subject.pk), {"post": "yes"})

    assert "Waves and Sound" in question.content.decode()
    assert Course.objects.filter(subject=course.subject).exists()


def test_asking_before_a_big_course_goes_takes_few_queries(as_admin):
    module = make_module()
    for number in range(60):
        content = make_content(module, title=f"Content {number}")
        make_completion(make_enrollment(course=module.course), content)

    with CaptureQueriesContext(connection) as captured:
        question = as_admin.get(page("courses.course", "delete", module.course.pk)).content.decode()

    assert len(captured) < 25
    assert "Contents: 60" in question
    assert "Content 59" not in question


# Rooms


def test_deleting_a_message_leaves_a_mark_and_is_recorded(as_admin):
    course = make_course()
    author = make_member(course)
    message, kept = say(course, "Rude", author=author), say(course, "Nice", author=author)

    as_admin.post(page("chat.message", "delete", message.pk), {"post": "yes"})

    message.refresh_from_db()
    assert (message.is_deleted, message.body) == (True, "")
    assert Message.objects.present().get() == kept
    assert Act.objects.get().verb == "delete"
    assert Event.objects.latest("sequence").data == {"by": "instructor"}
    assert as_admin.get(page("chat.message", "delete", message.pk)).status_code == 403


def test_chosen_messages_become_marks(as_admin):
    course = make_course()
    author = make_member(course)
    keys = [say(course, author=author).pk for _ in range(3)]
    chosen = {"action": "delete_messages", "_selected_action": keys[:2]}

    response = as_admin.post(page("chat.message", "changelist"), chosen, follow=True)

    assert "2 messages are deleted." in response.content.decode()
    assert Message.objects.present().get().pk == keys[2]
    assert Message.objects.count() == 3


def test_chosen_reports_are_looked_at(as_admin):
    course = make_course()
    talk_in(course)
    chosen = {"action": "look_at", "_selected_action": [Report.objects.get().pk]}

    as_admin.post(page("chat.report", "changelist"), chosen)

    assert not Report.objects.waiting().exists()
    assert Act.objects.filter(verb="handle").count() == 1


def test_who_may_not_keep_order_deletes_no_message(client):
    course = make_course()
    message = say(course, author=make_member(course))
    viewer = make_user(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_message"))
    client.force_login(viewer)

    answer = client.post(page("chat.message", "delete", message.pk), {"post": "yes"})

    assert answer.status_code == 403
    assert Message.objects.present().exists()


def test_a_course_goes_with_its_room(as_admin):
    course = make_course()
    talk_in(course)

    as_admin.post(page("courses.course", "delete", course.pk), {"post": "yes"})

    assert not Course.objects.filter(pk=course.pk).exists()
    assert not Message.objects.exists()
