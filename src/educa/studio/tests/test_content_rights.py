"""Who may make, edit and list contents; an item is reached only through the module that it belongs to."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from educa.accounts.models import INSTRUCTORS
from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.actions import trash_content, trash_course, trash_module
from educa.courses.models import Content, Course
from educa.courses.tests.factories import (
    make_attachment,
    make_captions,
    make_content,
    make_course,
    make_module,
    make_uploaded_video,
)

pytestmark = pytest.mark.django_db

LOGIN = "login"
Enrollment = Course.students.through
ANSWERS = {
    "visitor": LOGIN,
    "student": 403,
    "lapsed owner": 403,
    "lapsed assistant": 403,
    "another instructor": 404,
    "administrator": 404,
    "owner": 200,
    "assistant": 200,
}


@pytest.fixture
def video(stored):
    """An uploaded video in a draft of somebody's, beside another course."""
    make_content()
    owner = make_instructor()
    course = make_course(owner=owner, status=Course.Status.DRAFT)
    return make_content(make_module(course), item=make_uploaded_video(owner=owner))


@pytest.fixture
def places(video):
    """Every page and step of contents, captions and files, by name."""
    track = make_captions(video.item)
    attachment = make_attachment(video.module.course)
    course, module = video.module.course, video.module
    return {
        "list": reverse("module_content_list", args=[module.pk]),
        "create": reverse("module_content_create", args=[module.pk, "video"]),
        "update": reverse("module_content_update", args=[module.pk, "video", video.object_id]),
        "files": reverse("course_attachment_list", args=[course.pk]),
        "add captions": reverse("caption_track_create", args=[module.pk, video.object_id]),
        "delete captions": reverse("caption_track_delete", args=[track.pk]),
        "delete file": reverse("attachment_delete", args=[attachment.pk]),
    }


def browser_of(who, course):
    people = {
        "student": make_user,
        "another instructor": make_instructor,
        "assistant": make_instructor,
        "lapsed assistant": make_instructor,
        "administrator": make_admin,
    }
    browser = Client()
    if who == "visitor":
        return browser
    person = people[who]() if who in people else course.owner
    if who.endswith("assistant"):
        course.co_instructors.add(person)
    if who.startswith("lapsed"):
        person.groups.remove(Group.objects.get(name=INSTRUCTORS))
    if who == "student":
        Enrollment.objects.enroll(person, course)
    browser.force_login(person)
    return browser


def answer_of(response):
    to_login = response.status_code == 302 and response.url.startswith(reverse("login"))
    return LOGIN if to_login else response.status_code


@pytest.mark.parametrize("who", ANSWERS)
@pytest.mark.parametrize("place", ["list", "create", "update", "files"])
def test_pages_open_for_who_edits_the_course_alone(video, places, who, place):
    browser = browser_of(who, video.module.course)

    assert answer_of(browser.get(places[place])) == ANSWERS[who]


@pytest.mark.parametrize("who", [who for who, answer in ANSWERS.items() if answer != 200])
@pytest.mark.parametrize(
    "place", ["create", "update", "add captions", "delete captions", "delete file"]
)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_nobody_else_changes_anything(video, places, who, place, accept):
    browser = browser_of(who, video.module.course)
    before = digest(video.module.course)

    response = browser.post(places[place], {"title": "Changed"}, headers={"Accept": accept})

    assert answer_of(response) == ANSWERS[who]
    assert digest(video.module.course) == before


def digest(course):
    contents = Content.everything.filter(module__course=course)
    return (
        [(content.pk, content.item.title) for content in contents],
        list(course.attachments.values_list("pk", flat=True)),
        [track.pk for content in contents for track in content.item.tracks.all()],
    )


@pytest.fixture
def browser(client, video):
    client.force_login(video.module.course.owner)
    return client


def url_of(module, kind, pk):
    return reverse("module_content_update", args=[module.pk, kind, pk])


def test_an_item_is_not_reached_through_another_module_of_the_course(browser, video):
    another = make_module(video.module.course)

    assert browser.get(url_of(another, "video", video.object_id)).status_code == 404
    assert browser.post(url_of(another, "video", video.object_id), {}).status_code == 404


def test_an_item_of_another_course_is_not_reached_through_a_module_of_ones_own(browser, video):
    foreign = make_content(kind="video", title="Not mine")

    response = browser.post(url_of(video.module, "video", foreign.object_id), {"title": "Mine"})

    foreign.item.refresh_from_db()
    assert response.status_code == 404
    assert foreign.item.title == "Not mine"


def test_an_item_is_not_reached_as_another_kind(browser, video):
    text = make_content(video.module)

    assert browser.get(url_of(video.module, "video", text.object_id + 1000)).status_code == 404
    assert browser.get(url_of(video.module, "image", text.object_id)).status_code == 404


@pytest.mark.parametrize(
    "kind", ["user", "course", "content", "captiontrack", "te xt", "TEXT", "é"]
)
def test_what_is_no_kind_has_no_page(browser, video, kind):
    create = reverse("module_content_create", args=[video.module.pk, kind])

    assert browser.get(create).status_code == 404
    assert browser.post(create, {"title": "x"}).status_code == 404
    assert browser.get(url_of(video.module, kind, 1)).status_code == 404


def test_a_student_is_refused_before_the_kind_is_looked_at(client, video):
    client.force_login(make_user())

    page = client.get(reverse("module_content_create", args=[video.module.pk, "nothing"]))

    assert page.status_code == 403


@pytest.mark.parametrize("key", [0, 2**63, 10**40])
def test_keys_that_no_row_can_have_are_not_found(browser, video, key):
    paths = [
        url_of(video.module, "video", key),
        reverse("module_content_list", args=[key]),
        reverse("module_content_create", args=[key, "text"]),
        reverse("course_attachment_list", args=[key]),
    ]

    assert [browser.get(path).status_code for path in paths] == [404] * 4


@pytest.mark.parametrize("name", ["caption_track_delete", "attachment_delete"])
@pytest.mark.parametrize("key", [0, 2**63, 10**40])
def test_steps_with_keys_that_no_row_can_have_are_not_found(browser, name, key):
    assert browser.post(reverse(name, args=[key])).status_code == 404


def test_nothing_in_the_trash_has_a_page(browser, video, places):
    trash_content(content=video, by=video.module.course.owner)

    assert browser.get(places["update"]).status_code == 404
    assert browser.post(places["add captions"]).status_code == 404
    assert browser.post(places["delete captions"]).status_code == 404


def test_a_module_in_the_trash_has_no_page(browser, video, places):
    trash_module(module=video.module, by=video.module.course.owner)

    answers = {name: browser.get(places[name]).status_code for name in ("list", "create", "update")}
    assert answers == {"list": 404, "create": 404, "update": 404}


def test_a_course_in_the_trash_has_no_pages(browser, video, places):
    trash_course(course=video.module.course, by=video.module.course.owner)

    answers = {browser.get(places[name]).status_code for name in ("list", "update", "files")}
    assert answers == {404}
    assert browser.post(places["delete file"]).status_code == 404


def test_a_course_taken_from_somebody_is_closed_at_once(video, places):
    browser = browser_of("assistant", video.module.course)
    assert browser.get(places["update"]).status_code == 200

    video.module.course.co_instructors.clear()

    assert browser.get(places["update"]).status_code == 404


@pytest.mark.parametrize("place", ["create", "update", "add captions", "delete file"])
def test_forms_of_other_sites_are_refused(video, places, place):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(video.module.course.owner)

    assert browser.post(places[place], {"title": "x"}).status_code == 403


@pytest.mark.parametrize("place", ["list", "create", "update", "files"])
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_not_taken(browser, places, place, method):
    assert getattr(browser, method)(places[place]).status_code == 405


@pytest.mark.parametrize("place", ["list", "create", "update", "files"])
def test_looking_changes_nothing(browser, video, places, place):
    before = Course.objects.filter(pk=video.module.course_id).values().get()

    browser.get(places[place])

    assert Course.objects.filter(pk=video.module.course_id).values().get() == before
    assert before["updated"] < timezone.now()
