"""The public page of a course."""

import re

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.models import Course
from educa.courses.outline import outline_of
from educa.courses.tests.factories import make_content, make_course, make_module

pytestmark = pytest.mark.django_db


def without_tokens(response):
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)


def test_page_shows_the_outline_in_order_with_places_from_one(client):
    course = make_course()
    later = make_module(course, title="Later", order=9)
    make_module(course, title="Sooner", order=4)
    make_content(later, title="Second", order=7)
    make_content(later, "video", title="First", order=3)

    sooner, last = client.get(course.get_absolute_url()).context["modules"]

    assert [(part.place, part.title) for part in (sooner, last)] == [(1, "Sooner"), (2, "Later")]
    assert [(entry.place, entry.title) for entry in last.outline] == [(1, "First"), (2, "Second")]


def test_page_does_not_show_what_the_contents_say(client):
    content = make_content(title="Ebb and flow", content="The moon pulls.")

    response = client.get(content.module.course.get_absolute_url())

    assertContains(response, "Ebb and flow")
    assertNotContains(response, "The moon pulls.")


def test_overview_is_shown_as_markdown_without_its_scripts(client):
    course = make_course(overview="**Bold** <script>alert(1)</script>")

    response = client.get(course.get_absolute_url())

    assertContains(response, "<strong>Bold</strong>", html=True)
    assertNotContains(response, "alert(1)")


@pytest.mark.parametrize("quote", ['"', "&quot;", "&#34;"])
def test_overview_can_not_leave_the_description_of_the_page(client, quote):
    course = make_course(overview=f"0;url=//evil.test/{quote} http-equiv={quote}refresh{quote}")

    page = client.get(course.get_absolute_url()).content.decode()

    (description,) = re.findall(r'<meta name="description"[^>]*>', page)
    assert re.sub(r'"[^"]*"', '""', description) == '<meta name="" content="">'


@pytest.mark.parametrize("status", [Course.Status.DRAFT, Course.Status.ARCHIVED])
def test_unpublished_course_looks_to_others_as_if_it_did_not_exist(client, status):
    course = make_course(status=status)
    client.force_login(make_instructor())

    hidden = client.get(course.get_absolute_url())
    missing = client.get(reverse("course_detail", args=["no-such-course"]))

    assert hidden.status_code == missing.status_code == 404
    assert without_tokens(hidden) == without_tokens(missing)


def test_owner_sees_the_draft_and_that_it_is_one(client):
    course = make_course(status=Course.Status.DRAFT)
    client.force_login(course.owner)

    assertContains(client.get(course.get_absolute_url()), "draft")


def test_co_instructor_sees_the_draft_and_edits_it(client):
    course, helper = make_course(status=Course.Status.DRAFT), make_instructor()
    course.co_instructors.add(helper)
    client.force_login(helper)

    assertContains(
        client.get(course.get_absolute_url()), reverse("course_outline", args=[course.pk])
    )


def test_page_names_all_who_teach(client):
    course = make_course(owner=make_instructor(display_name="Lise Meitner"))
    course.co_instructors.add(make_instructor(display_name="Otto Hahn"))

    response = client.get(course.get_absolute_url())

    assertContains(response, "By Lise Meitner")
    assertContains(response, "Otto Hahn")


def test_who_teaches_is_offered_no_enrollment(client):
    course, helper = make_course(), make_instructor()
    course.co_instructors.add(helper)

    for person in (course.owner, helper):
        client.force_login(person)
        response = client.get(course.get_absolute_url())
        assertNotContains(response, reverse("student_enroll_course"))
        assertContains(response, reverse("student_course_detail", args=[course.pk]))


def test_who_is_no_instructor_any_more_reads_but_is_not_led_to_the_studio(client):
    course = make_course()
    course.owner.groups.clear()
    client.force_login(course.owner)

    response = client.get(course.get_absolute_url())

    assertContains(response, reverse("student_course_detail", args=[course.pk]))
    assertNotContains(response, reverse("course_outline", args=[course.pk]))


def test_another_instructor_is_not_led_to_the_studio(client):
    course = make_course()
    client.force_login(make_instructor())

    assertNotContains(
        client.get(course.get_absolute_url()), reverse("course_outline", args=[course.pk])
    )


def test_administrator_sees_every_draft(client):
    client.force_login(make_admin())

    assert client.get(make_course(status="draft").get_absolute_url()).status_code == 200


def test_student_of_an_archived_course_still_finds_its_page(client):
    course, student = make_course(), make_user()
    course.students.add(student)
    Course.objects.filter(pk=course.pk).update(status=Course.Status.ARCHIVED)
    client.force_login(student)

    response = client.get(course.get_absolute_url())

    assertContains(response, "This course is archived")
    assertNotContains(response, "draft")


def test_visitor_is_led_to_registration_and_back(client):
    course = make_course()

    response = client.get(course.get_absolute_url())

    assertContains(response, f"{reverse('student_registration')}?next={course.get_absolute_url()}")


def test_student_can_enroll(client):
    course = make_course()
    client.force_login(make_user())

    assertContains(client.get(course.get_absolute_url()), reverse("student_enroll_course"))


def test_who_is_enrolled_continues(client):
    course, student = make_course(), make_user()
    course.students.add(student)
    client.force_login(student)

    response = client.get(course.get_absolute_url())

    assertContains(response, reverse("student_course_detail", args=[course.pk]))
    assertNotContains(response, reverse("student_enroll_course"))


def test_place_of_one_student_is_not_shown_to_another(client):
    course = make_course()
    course.students.add(make_user())
    client.force_login(make_user())

    assert not client.get(course.get_absolute_url()).context["enrollment"]


def test_course_without_modules_says_so(client):
    assertContains(client.get(make_course().get_absolute_url()), "no modules yet")


def test_cost_of_the_page_does_not_grow_with_its_outline(client, django_assert_max_num_queries):
    course = make_course()
    for _ in range(8):
        module = make_module(course)
        for kind in ("text", "video", "text"):
            make_content(module, kind)
    client.get(course.get_absolute_url())

    with django_assert_max_num_queries(4):
        client.get(course.get_absolute_url())


def test_content_whose_item_is_gone_is_left_out_of_the_outline(db):
    content = make_content()
    type(content.item)._base_manager.filter(pk=content.item.pk)._raw_delete("default")

    (part,) = outline_of(content.module.course)

    assert part.outline == []
