"""My courses, and reading one."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course, make_module
from educa.students.models import Completion, Enrollment

pytestmark = pytest.mark.django_db
MY_COURSES = "/students/courses/"


@pytest.fixture
def student(client):
    """Someone who is signed in."""
    student = make_user()
    client.force_login(student)
    return student


@pytest.fixture
def module(student):
    """A module of a course that the student is enrolled in."""
    module = make_module()
    Enrollment.objects.enroll(student, module.course)
    return module


def page_of(course, module=None, content=None):
    if module is None:
        return reverse("student_course_detail", args=[course.pk])
    if content is not None:
        return reverse("student_content_detail", args=[course.pk, content])
    return reverse("student_course_detail_module", args=[course.pk, module.pk])


def test_my_courses_are_mine(client, student):
    mine, others = make_course(title="Tides"), make_course(title="Cooking")
    Enrollment.objects.enroll(student, mine)
    Enrollment.objects.enroll(make_user(), others)

    response = client.get(MY_COURSES)

    assertContains(response, "Tides")
    assertNotContains(response, "Cooking")


def test_my_courses_show_how_far_i_am(client, student, module):
    done, _open = make_content(module), make_content(module)
    Completion.objects.create(enrollment=student.enrollments.get(), content=done)

    (enrollment,) = client.get(MY_COURSES).context["enrollments"]

    assert (enrollment.done, enrollment.total, enrollment.percent) == (1, 2, 50)


def test_course_that_i_left_is_gone_from_my_courses(client, student, module):
    Enrollment.objects.leave(student, module.course)

    assert list(client.get(MY_COURSES).context["enrollments"]) == []


def test_cost_of_my_courses_does_not_grow_with_them(client, student, django_assert_num_queries):
    Enrollment.objects.enroll(student, make_course())
    with django_assert_num_queries(5):
        client.get(MY_COURSES)
    for _ in range(9):
        Enrollment.objects.enroll(student, make_module().course)

    with django_assert_num_queries(5):
        client.get(MY_COURSES)


def test_course_that_is_revised_waits_in_my_courses_without_a_link(client, student, module):
    Course.objects.update(status=Course.Status.DRAFT, cover="cover/secret.png")

    response = client.get(MY_COURSES)

    assertContains(response, module.course.title)
    assertContains(response, "Being revised by its instructor")
    assertNotContains(response, page_of(module.course))
    assertNotContains(response, "secret.png")


def test_revised_course_stays_closed_and_keeps_what_was_finished(client, student, module):
    content = make_content(module)
    Completion.objects.create(enrollment=student.enrollments.get(), content=content)
    Course.objects.update(status=Course.Status.DRAFT)
    assert client.get(page_of(module.course)).status_code == 404

    Course.objects.update(status=Course.Status.PUBLISHED)

    assert client.get(page_of(module.course)).context["progress"]["done"] == 1


def test_revised_course_of_others_is_not_in_my_courses(client, student):
    course = make_course(status=Course.Status.DRAFT)
    Enrollment.objects.enroll(make_user(), course)

    assertNotContains(client.get(MY_COURSES), course.title)


def test_course_in_the_trash_is_gone_from_my_courses(client, student, module):
    Course.objects.update(trashed_at=timezone.now())

    assertNotContains(client.get(MY_COURSES), module.course.title)


@pytest.mark.parametrize("path", [MY_COURSES, "/students/course/1/", "/students/course/1/1/"])
def test_visitor_signs_in_first(client, path):
    assertRedirects(
        client.get(path), f"{reverse('login')}?next={path}", fetch_redirect_response=False
    )


def test_course_opens_at_its_first_content(client, module):
    make_content(module, title="Ebb", content="The sea *falls*.")
    make_content(module, title="Flow")

    response = client.get(page_of(module.course))

    assertContains(response, "The sea <em>falls</em>.")
    assert (response.context["previous"], response.context["next"].title) == (None, "Flow")


def test_course_opens_again_where_i_left_off(client, module):
    make_content(module, title="Ebb")
    second = make_content(module, title="Flow")
    client.get(page_of(module.course, module, second.pk))

    assert client.get(page_of(module.course)).context["content"].title == "Flow"


@pytest.mark.parametrize("inside", ["", "{module}/"])
def test_address_by_which_texts_led_to_contents_once_leads_there(client, module, inside):
    content = make_content(module)
    old = f"{page_of(module.course)}{inside.format(module=module.pk)}?content={content.pk}"

    assertRedirects(client.get(old), page_of(module.course, module, content.pk))


def test_module_opens_at_its_first_content(client, module):
    make_content(module)
    later = make_module(module.course)
    make_content(later, title="Flow")

    assert client.get(page_of(module.course, later)).context["content"].title == "Flow"


def test_empty_course_says_so(client, module):
    assertContains(client.get(page_of(module.course)), "nothing to read here yet")


def test_empty_module_says_so(client, module):
    empty = make_module(module.course)
    make_content(module)

    assert client.get(page_of(module.course, empty)).context["content"] is None


def test_module_and_content_of_another_course_are_not_found(client, module):
    foreign = make_content()
    own = make_content(module)

    answers = [
        client.get(page_of(module.course, foreign.module)),
        client.get(f"{page_of(module.course, foreign.module)}?content={own.pk}"),
        client.get(page_of(module.course, module, foreign.pk)),
        client.get(f"{page_of(module.course)}?content={foreign.pk}"),
        client.get(f"{page_of(module.course)}?content=x"),
        client.get(page_of(module.course, module, int("9" * 30))),
    ]

    assert [answer.status_code for answer in answers] == [404] * 6


def test_course_can_not_be_read_without_being_enrolled(client, student):
    content = make_content()
    Enrollment.objects.enroll(make_user(), content.module.course)

    response = client.get(page_of(content.module.course))

    assertContains(response, content.module.course.get_absolute_url(), status_code=403)
    assertNotContains(response, "Some <em>text</em>.", status_code=403)


def test_course_that_is_a_draft_looks_to_others_as_if_it_did_not_exist(client, student):
    content = make_content()
    Course.objects.update(status=Course.Status.DRAFT)

    assert client.get(page_of(content.module.course)).status_code == 404


def test_student_who_left_reads_no_more(client, student, module):
    Enrollment.objects.leave(student, module.course)

    assert client.get(page_of(module.course)).status_code == 403


def test_owner_reads_without_enrolling_and_leaves_no_trace(client, module):
    make_content(module)
    client.force_login(module.course.owner)

    assert client.get(page_of(module.course)).status_code == 200
    assert Enrollment.objects.count() == 1


def test_other_instructor_reads_nothing(client, module):
    client.force_login(make_instructor())

    assert client.get(page_of(module.course)).status_code == 403


def test_archived_course_is_read_on_and_a_draft_is_not(client, module):
    make_content(module)
    answers = []
    for status in (Course.Status.ARCHIVED, Course.Status.DRAFT):
        Course.objects.update(status=status)
        answers.append(client.get(page_of(module.course)).status_code)

    assert answers == [200, 404]


def test_progress_of_one_student_is_not_shown_to_another(client, module, student):
    content, other = make_content(module), make_user()
    enrollment = Enrollment.objects.enroll(other, module.course)
    Completion.objects.create(enrollment=enrollment, content=content)

    assert client.get(page_of(module.course)).context["progress"]["done"] == 0


def test_cost_does_not_grow_with_the_course(client, module, django_assert_max_num_queries):
    for _ in range(3):
        make_content(module)
    client.get(page_of(module.course))
    for _ in range(6):
        make_content(make_module(module.course), "video")

    with django_assert_max_num_queries(12):
        client.get(page_of(module.course))
