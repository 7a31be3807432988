"""Students who press at once: the last place goes to exactly one, and twice is once."""

import pytest

from tests.racing import Start, answer

PREPARE = """
from uuid import uuid4
from educa.accounts.models import User
from educa.courses.models import Course, Subject
mark = f"p{uuid4().hex}"  # several tests share one database
owner = User.objects.create_user(f"{mark}-owner")
subject = Subject.objects.create(title="Physics", slug=mark)
course = Course.objects.create(
    owner=owner, subject=subject, title="Waves", status="published", places=given["places"]
)
names = [f"{mark}-{number}" for number in range(given["students"])]
answer = {"course": course.pk, "students": [User.objects.create_user(name).pk for name in names]}
"""
PRESS = """
import threading
from django.db import connection
from educa.accounts.models import User
from educa.courses.models import Course
from educa.students.actions import enroll
from educa.students.refusals import Refused
course = Course.objects.get(pk=given["course"])
students = list(User.objects.filter(pk__in=given["students"])) * given["presses"]
barrier = threading.Barrier(len(students))
answers = []

def press(student):
    connection.ensure_connection()
    barrier.wait()
    try:
        enroll(student=student, course=course)
        answers.append("enrolled")
    except Refused as refusal:
        answers.append(refusal.code)
    except Exception as error:
        answers.append(repr(error))
    finally:
        connection.close()

threads = [threading.Thread(target=press, args=[student]) for student in students]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
answer = {"answers": sorted(answers), "places": course.enrollments.current().count()}
"""

APPROVE_AND_LEAVE = """
import threading
from django.db import connection
from educa.accounts.models import User
from educa.courses.models import Course
from educa.students.actions import approve, leave
from educa.students.models import EnrollmentRequest
course = Course.objects.get(pk=given["course"])
students = list(User.objects.filter(pk__in=given["students"]))
wishes = [EnrollmentRequest.objects.create(course=course, student=student) for student in students]
barrier = threading.Barrier(2 * len(students))
failures = []

def take(step, **values):
    connection.ensure_connection()
    barrier.wait()
    try:
        step(course=course, **values)
    except Exception as error:
        failures.append(repr(error))
    finally:
        connection.close()

threads = [threading.Thread(target=take, args=[approve], kwargs={"requests": [wish.pk]}) for wish in wishes]
threads += [threading.Thread(target=take, args=[leave], kwargs={"student": each}) for each in students]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
places = course.enrollments.current().count()
answer = {"failures": failures, "places": places, "wishes": course.enrollment_requests.count()}
"""


@pytest.mark.once
def test_who_takes_a_wish_back_while_it_is_approved_is_out(start: Start) -> None:
    made = answer(start(PREPARE, places=99, students=15))

    found = answer(start(APPROVE_AND_LEAVE, **made))

    assert found == {"failures": [], "places": 0, "wishes": 0}


@pytest.mark.once
def test_last_place_goes_to_exactly_one_of_twenty(start: Start) -> None:
    made = answer(start(PREPARE, places=1, students=20))

    found = answer(start(PRESS, **made, presses=1))

    assert found == {"answers": ["enrolled"] + ["full"] * 19, "places": 1}


@pytest.mark.once
def test_student_who_presses_ten_times_at_once_has_one_place(start: Start) -> None:
    made = answer(start(PREPARE, places=1, students=1))

    found = answer(start(PRESS, **made, presses=10))

    assert found == {"answers": ["enrolled"] * 10, "places": 1}
