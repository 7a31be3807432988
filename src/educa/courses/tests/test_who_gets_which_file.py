"""Who gets which file of a course, with a second student and a second course in the database."""

import re

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.models import Course
from educa.courses.tests.factories import (
    make_attachment,
    make_captions,
    make_content,
    make_course,
    make_file,
    make_image,
    make_module,
    make_uploaded_video,
    picture,
)
from educa.lib.renditions import renditions_of

pytestmark = pytest.mark.django_db

DRAFT, PUBLISHED, ARCHIVED = Course.Status.DRAFT, Course.Status.PUBLISHED, Course.Status.ARCHIVED
PEOPLE = [
    "visitor", "stranger", "enrolled", "left", "student of another course",
    "owner", "co-instructor", "other instructor", "admin",
]  # fmt: skip
FILES = [
    "cover", "smaller cover", "overview picture", "smaller overview picture", "attachment",
    "attachment for instructors", "image", "smaller image", "file", "video", "captions",
]  # fmt: skip
TEACHING = {"owner", "co-instructor", "admin"}
READING = TEACHING | {"enrolled"}
EVERYBODY = set(PEOPLE)
# What belongs to the page of a course, and what to its contents, by who gets it in which status.
PAGE = {DRAFT: TEACHING, PUBLISHED: EVERYBODY, ARCHIVED: READING}
CONTENTS = {DRAFT: TEACHING, PUBLISHED: READING, ARCHIVED: READING}
HIDDEN = dict.fromkeys(Course.Status, TEACHING)
EXPECTED = {
    "cover": PAGE,
    "smaller cover": PAGE,
    "overview picture": PAGE,
    "smaller overview picture": PAGE,
    "attachment for instructors": HIDDEN,
}


def address(name):
    return reverse("media", args=[name])


def make_full_course(status):
    """A course with a file of every sort; the pictures are wide enough for smaller ones."""
    wide = picture(width=1000, height=500)
    course = make_course(status=status, cover=ContentFile(wide, "c.png"))
    module = make_module(course)
    shown, kept = make_attachment(course, wide), make_attachment(course)
    hidden = make_attachment(course, instructors_only=True)
    # That an overview names a file for instructors does not open it.
    course.overview = f"![A map]({shown.get_absolute_url()}) ![A key]({hidden.get_absolute_url()})"
    course.save()
    image = make_content(module, item=make_image(data=wide)).item
    video = make_content(module, item=make_uploaded_video()).item
    names = [
        course.cover.name,
        renditions_of(course.cover.name)[480],
        shown.file.name,
        renditions_of(shown.file.name)[480],
        kept.file.name,
        hidden.file.name,
        image.file.name,
        renditions_of(image.file.name)[480],
        make_content(module, item=make_file()).item.file.name,
        video.file.name,
        make_captions(video).file.name,
    ]
    return course, dict(zip(FILES, names, strict=True))


def make_people(course):
    """One of each; the one who studies another course studies a published one with the same files."""
    other, _ = make_full_course(PUBLISHED)
    people = {name: make_user() for name in PEOPLE[1:5]}
    course.students.add(people["enrolled"], people["left"])
    course.enrollments.filter(student=people["left"]).update(left_at=timezone.now())
    other.students.add(people["student of another course"])
    assistant = make_instructor()
    course.co_instructors.add(assistant)
    return {
        **people,
        "owner": course.owner,
        "co-instructor": assistant,
        "other instructor": other.owner,
        "admin": make_admin(),
    }


def fetch(client, name):
    """The answer, read to its end as a browser does, which closes the file."""
    response = client.get(address(name))
    if response.streaming:
        b"".join(response.streaming_content)
    return response


def status_of(client, person, name):
    client.logout()
    if person:
        client.force_login(person)
    return fetch(client, name).status_code


def cache_control(client, name):
    return fetch(client, name).headers["Cache-Control"]


@pytest.mark.parametrize("status", Course.Status)
def test_each_file_is_for_those_who_see_what_it_belongs_to(client, status):
    course, files = make_full_course(status)
    people = {"visitor": None, **make_people(course)}

    got = {
        file: {who for who in PEOPLE if status_of(client, people[who], name) == 200}
        for file, name in files.items()
    }

    assert got == {file: EXPECTED.get(file, CONTENTS)[status] for file in FILES}


@pytest.mark.parametrize("status", Course.Status)
def test_page_of_a_course_and_its_contents_are_for_the_same_people_as_its_files(client, status):
    course, _ = make_full_course(status)
    people = {"visitor": None, **make_people(course)}
    got = {"page": set(), "contents": set()}

    for who in PEOPLE:
        client.logout()
        if people[who]:
            client.force_login(people[who])
        if client.get(course.get_absolute_url()).status_code == 200:
            got["page"].add(who)
        if client.get(reverse("student_course_detail", args=[course.pk])).status_code == 200:
            got["contents"].add(who)

    assert got == {"page": PAGE[status], "contents": CONTENTS[status]}


def without_token(page):
    """The page without the token of its forms, which is another one each time."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page)


def test_file_that_one_may_not_have_is_answered_like_one_that_is_not_there(client):
    _, files = make_full_course(PUBLISHED)
    client.force_login(make_user())

    hidden = client.get(address(files["file"]))
    absent = client.get(address("file/0123456789abcdef0123456789abcdef.pdf"))

    assert hidden.status_code == absent.status_code == 404
    assert without_token(hidden.content) == without_token(absent.content)
    assert hidden.headers.keys() == absent.headers.keys()


def test_overview_opens_no_file_of_another_course(client):
    mine = make_attachment(make_course())
    make_course(overview=f"![Taken]({mine.get_absolute_url()})")

    assert status_of(client, None, mine.file.name) == 404


def test_picture_leaves_the_public_with_the_words_that_showed_it(client):
    course, files = make_full_course(PUBLISHED)
    before = status_of(client, None, files["overview picture"])
    Course.objects.filter(pk=course.pk).update(overview="No picture any more.")

    assert (before, status_of(client, None, files["overview picture"])) == (200, 404)


def test_only_what_everybody_sees_may_be_kept_by_caches_in_between(client):
    course, files = make_full_course(PUBLISHED)
    client.force_login(course.owner)

    kept = {file: cache_control(client, name) for file, name in files.items()}

    shared = {file for file, value in kept.items() if value.startswith("public")}
    assert shared == set(FILES[:4])


def test_overview_picture_costs_no_more_with_many_attachments(client, django_assert_num_queries):
    course, files = make_full_course(PUBLISHED)
    with django_assert_num_queries(2):
        cache_control(client, files["overview picture"])
    for _ in range(9):
        make_attachment(course)

    with django_assert_num_queries(2):
        cache_control(client, files["overview picture"])
