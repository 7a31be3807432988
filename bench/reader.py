"""Somebody who reads by the API: a student with a token, in a course of 40 contents. Prints JSON."""

import json

import django

django.setup()

from django.contrib.contenttypes.models import ContentType  # noqa: E402

from educa.accounts.models import User  # noqa: E402
from educa.api.models import AccessToken  # noqa: E402
from educa.courses.models import Content, Course, Module, Text  # noqa: E402
from educa.students.models import Enrollment  # noqa: E402

CONTENTS = 40
WORDS = (
    "## One idea\n\nA paragraph with *emphasis*, `code` and a [link](https://example.org).\n\n" * 4
)


def make() -> dict[str, object]:
    """The first course with 40 texts in 8 modules, and a token of a student of it."""
    course = Course.objects.earliest("pk")
    Content.objects.filter(module__course=course).delete()
    modules = list(Module.objects.filter(course=course).order_by("order"))
    kind = ContentType.objects.get_for_model(Text)
    for number in range(CONTENTS):
        text = Text.objects.create(owner=course.owner, title=f"Step {number + 1}", content=WORDS)
        module = modules[number % len(modules)]
        Content.objects.create(module=module, content_type=kind, object_id=text.pk)
    student = User.objects.create(username="bench-reader")
    Enrollment.objects.enroll(student, course)
    _token, secret = AccessToken.objects.issue(student, "bench", ["read"], None)
    return {"course": course.pk, "secret": secret}


if __name__ == "__main__":
    print(json.dumps(make()))
