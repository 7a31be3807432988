"""Who is let into a course: by a code, after approval, by nobody, and as long as there are places."""

import pytest
from django.db import IntegrityError, transaction
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.actions import change_admission, copy_course, renew_code
from educa.courses.models import Course
from educa.courses.models.codes import LETTERS, is_same_code, new_code, spelled
from educa.courses.tests.factories import make_content, make_course
from educa.lib.throttle import TooManyRequests
from educa.students.actions import approve, ask, enroll, join, leave, refuse
from educa.students.models import Completion, Enrollment, EnrollmentRequest
from educa.students.refusals import Refused
from educa.students.tests.factories import make_enrollment, make_request

pytestmark = pytest.mark.django_db
ENROLL = "/students/enroll-course/"
CODE, APPROVAL, CLOSED = (
    Course.Admission.CODE, Course.Admission.APPROVAL, Course.Admission.CLOSED,
)  # fmt: skip


@pytest.fixture
def student(client):
    """Someone who is signed in."""
    student = make_user()
    client.force_login(student)
    return student


def refusal_of(step, **given) -> str:
    with pytest.raises(Refused) as caught:
        step(**given)
    return caught.value.code


# Codes


def test_code_is_made_when_a_course_needs_one_and_kept():
    course = make_course()

    first = change_admission(course=course, admission=CODE, places=None).invitation_code
    change_admission(course=course, admission=CLOSED, places=None)
    again = change_admission(course=course, admission=CODE, places=None).invitation_code

    assert len(first) == 8
    assert set(first) <= set(LETTERS)
    assert again == first


def test_course_by_invitation_without_a_code_is_refused_by_the_database():
    course = make_course(admission=CODE)

    with pytest.raises(IntegrityError), transaction.atomic():
        Course.objects.filter(pk=course.pk).update(invitation_code="")


@pytest.mark.parametrize("fields", [{"admission": "x"}, {"places": 0}])
def test_admission_that_can_not_be_is_refused_by_the_database(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_course(**fields)


def test_code_is_taken_in_any_case_and_grouping():
    code = new_code()

    assert is_same_code(f" {spelled(code).lower()} ", code)
    assert not is_same_code("é" * 8, code)
    assert not is_same_code("", "")


def test_right_code_enrolls(client, student):
    course = make_course(admission=CODE)

    client.post(ENROLL, {"course": course.pk, "code": spelled(course.invitation_code)})

    assert list(course.students.all()) == [student]


@pytest.mark.parametrize("code", ["", "WRONGONE", "\0", "x" * 5000, "é"])
def test_wrong_code_is_refused_in_words_with_the_field_at_hand(client, student, code):
    course = make_course(admission=CODE)

    response = client.post(ENROLL, {"course": course.pk, "code": code})

    assertContains(response, 'name="code"', status_code=403)
    assertNotContains(response, course.invitation_code, status_code=403)
    assert not Enrollment.objects.exists()


def test_code_of_one_course_opens_no_other_one():
    course, other = make_course(admission=CODE), make_course(admission=CODE)

    code = refusal_of(enroll, student=make_user(), course=other, code=course.invitation_code)

    assert code == "wrong-code"


def test_old_code_opens_nothing_when_it_was_renewed():
    course = make_course(admission=CODE)
    old = course.invitation_code

    renew_code(course=course)

    assert refusal_of(enroll, student=make_user(), course=course, code=old) == "wrong-code"


def test_codes_can_not_be_tried_without_end_and_others_go_on(client, student):
    course, other = make_course(admission=CODE), make_user()
    for _ in range(10):
        client.post(ENROLL, {"course": course.pk, "code": "WRONGONE"})

    response = client.post(ENROLL, {"course": course.pk, "code": course.invitation_code})

    assert response.status_code == 429
    assert enroll(student=other, course=course, code=course.invitation_code)


def test_right_codes_do_not_count_as_tries():
    student = make_user()
    for _ in range(12):
        course = make_course(admission=CODE)
        enroll(student=student, course=course, code=course.invitation_code)

    assert student.enrollments.count() == 12


def test_wrong_codes_of_all_courses_count_together():
    student = make_user()
    for _ in range(10):
        refusal_of(enroll, student=student, course=make_course(admission=CODE), code="WRONGONE")

    with pytest.raises(TooManyRequests):
        enroll(student=student, course=make_course(admission=CODE), code="WRONGONE")


def test_copy_of_a_course_keeps_admission_and_places_and_has_a_code_of_its_own():
    course = make_content().module.course
    course = change_admission(course=course, admission=CODE, places=9)

    copy = copy_course(course=course, owner=course.owner)

    assert (copy.admission, copy.places) == (CODE, 9)
    assert copy.invitation_code not in {"", course.invitation_code}


# Approval


def test_student_asks_once_however_often_they_press(client, student):
    course = make_course(admission=APPROVAL)
    client.post(ENROLL, {"course": course.pk})

    response = client.post(ENROLL, {"course": course.pk}, follow=True)

    assertRedirects(response, course.get_absolute_url())
    assertContains(response, "You have asked to be enrolled")
    assert EnrollmentRequest.objects.get().student == student
    assert not Enrollment.objects.exists()


def test_who_was_let_in_before_the_wish_arrives_leaves_no_request(student):
    course, other = make_course(admission=APPROVAL), make_request()
    place = make_enrollment(student, course)

    assert ask(student=student, course=course) == place
    assert list(EnrollmentRequest.objects.all()) == [other]


def test_who_asks_can_not_read_before_the_answer(client, student):
    content = make_content()
    course = change_admission(course=content.module.course, admission=APPROVAL, places=None)
    ask(student=student, course=course)

    assert client.get(f"/students/course/{course.pk}/").status_code == 403


def test_approving_enrolls_and_answers_the_request():
    wish, other = make_request(), make_request()

    number = approve(course=wish.course, requests=[wish.pk, other.pk])

    assert number == 1
    assert list(Enrollment.objects.values_list("student", flat=True)) == [wish.student_id]
    assert list(EnrollmentRequest.objects.all()) == [other]


def test_approving_twice_is_once():
    wish = make_request()
    approve(course=wish.course, requests=[wish.pk])

    assert approve(course=wish.course, requests=[wish.pk]) == 0
    assert Enrollment.objects.count() == 1


def test_refusing_takes_the_request_away_and_enrolls_nobody():
    wish, other = make_request(), make_request()

    refuse(course=wish.course, requests=[wish.pk, other.pk])

    assert list(EnrollmentRequest.objects.all()) == [other]
    assert not Enrollment.objects.exists()


def test_nobody_is_enrolled_when_places_do_not_suffice_for_all_who_are_approved():
    course = make_course(admission=APPROVAL, places=1)
    wishes = [make_request(course=course).pk for _ in range(2)]

    assert refusal_of(approve, course=course, requests=wishes) == "too-few"
    assert not Enrollment.objects.exists()


def test_taking_a_request_back(client, student):
    wish, other = make_request(student), make_request()

    response = client.post("/students/leave-course/", {"course": wish.course_id}, follow=True)

    assertContains(response, "is taken back")
    assert list(EnrollmentRequest.objects.all()) == [other]


# Closed, full, not published


def test_nobody_enrolls_in_a_closed_course(client, student):
    course = make_course(admission=CLOSED)

    response = client.post(ENROLL, {"course": course.pk})

    assertContains(response, "is closed", status_code=403)
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize("admission", ["open", "code", "approval"])
def test_full_course_is_a_conflict(client, student, admission):
    course = make_course(places=1, admission=admission)
    make_enrollment(course=course)

    response = client.post(ENROLL, {"course": course.pk, "code": course.invitation_code})

    assertContains(response, "All places", status_code=409)
    assert not student.enrollments.exists()
    assert not EnrollmentRequest.objects.exists()


def test_who_is_in_a_full_course_already_is_in():
    place = make_enrollment(course=make_course(places=1))

    assert enroll(student=place.student, course=place.course) == place


def test_place_of_who_leaves_is_free_again():
    place, next_one = make_enrollment(course=make_course(places=1)), make_user()
    leave(student=place.student, course=place.course)

    assert enroll(student=next_one, course=place.course)
    assert refusal_of(enroll, student=place.student, course=place.course) == "full"


def test_who_comes_back_finds_what_they_had_finished():
    content = make_content()
    place = make_enrollment(course=content.module.course)
    Completion.objects.create(enrollment=place, content=content)
    leave(student=place.student, course=place.course)

    again = join(student=place.student, course=place.course)

    assert (again.pk, again.completions.count()) == (place.pk, 1)


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_who_left_does_not_come_back_to_a_course_that_is_not_published(status):
    place = make_enrollment(course=make_course())
    leave(student=place.student, course=place.course)
    Course.objects.filter(pk=place.course_id).update(status=status)

    assert refusal_of(enroll, student=place.student, course=place.course) == "not-published"


def test_who_is_enrolled_stays_when_the_course_is_closed_and_smaller():
    course = make_course()
    places = {make_enrollment(course=course) for _ in range(2)}

    change_admission(course=course, admission=CLOSED, places=1)

    assert set(Enrollment.objects.current()) == places


# The page of the course


def page(client, course) -> str:
    return client.get(course.get_absolute_url()).content.decode()


def test_page_of_a_course_offers_each_the_one_thing_to_do(client, student):
    assert "Ask to be enrolled" in page(client, make_course(admission=APPROVAL))
    assert 'name="code"' in page(client, make_course(admission=CODE))
    assert "add its students themselves" in page(client, make_course(admission=CLOSED))
    assert "Take the request back" in page(client, make_request(student).course)
    assert "Continue" in page(client, make_enrollment(student).course)


def test_page_of_a_full_course_says_so(client, student):
    course = make_course(places=1)
    make_enrollment(course=course)

    text = page(client, course)

    assert "All places are taken" in text
    assert ENROLL not in text


def test_request_of_somebody_else_is_not_shown_as_mine(client, student):
    assert "Take the request back" not in page(client, make_request().course)


def test_code_is_never_on_the_page_of_the_course(client, student):
    course = make_course(admission=CODE)

    assert course.invitation_code not in page(client, course)
    assert spelled(course.invitation_code) not in page(client, course)


@pytest.mark.parametrize("admission", Course.Admission.values)
def test_page_for_visitors_sets_no_cookie_and_holds_no_token(client, admission):
    response = client.get(make_course(admission=admission).get_absolute_url())

    assertNotContains(response, "csrfmiddlewaretoken")
    assert not response.cookies


def test_instructor_reads_the_course_without_being_asked_for_a_code(client):
    owner = make_instructor()
    client.force_login(owner)

    text = page(client, make_course(owner=owner, admission=CODE))

    assert 'name="code"' not in text
    assert "Edit" in text
