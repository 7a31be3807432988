"""Students in courses for tests."""

from educa.accounts.models import User
from educa.accounts.tests.factories import make_user
from educa.courses.models import Content, Course
from educa.courses.tests.factories import make_course
from educa.students.models import Completion, Enrollment, EnrollmentRequest


def make_enrollment(student: User | None = None, course: Course | None = None) -> Enrollment:
    """A current enrollment."""
    return Enrollment.objects.enroll(student or make_user(), course or make_course())


def make_completion(enrollment: Enrollment, content: Content) -> Completion:
    return Completion.objects.create(enrollment=enrollment, content=content)


def make_request(student: User | None = None, course: Course | None = None) -> EnrollmentRequest:
    """A request that nobody has answered yet."""
    course = course or make_course(admission=Course.Admission.APPROVAL)
    return EnrollmentRequest.objects.create(student=student or make_user(), course=course)
