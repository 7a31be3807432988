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
