"""Make somebody who may upload to a module, and print how they are known."""

import json

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from educa.accounts.models import INSTRUCTORS, User  # noqa: E402
from educa.courses.models import Course, Module, Subject  # noqa: E402

call_command("migrate", verbosity=0)
owner = User.objects.create_user("instructor")
owner.groups.add(Group.objects.get(name=INSTRUCTORS))
subject = Subject.objects.create(title="Film", slug="film")
course = Course.objects.create(owner=owner, subject=subject, title="Film")
module = Module.objects.create(course=course, title="One")
browser = Client()
browser.force_login(owner)
session = browser.cookies["session"].value
print(json.dumps({"session": session, "course": course.pk, "module": module.pk}))
