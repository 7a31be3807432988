"""Make a course with a film of so many megabytes, and print where it is and how its owner is known."""

import json
import sys
import tempfile

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.core.files.base import File  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from educa.accounts.models import INSTRUCTORS, User  # noqa: E402
from educa.courses.models import Content, Course, Module, Subject, Video  # noqa: E402

MEGABYTE = 2**20

call_command("migrate", verbosity=0)
owner = User.objects.create_user("instructor")
owner.groups.add(Group.objects.get(name=INSTRUCTORS))
subject = Subject.objects.create(title="Film", slug="film")
course = Course.objects.create(owner=owner, subject=subject, title="Film")
module = Module.objects.create(course=course, title="One")
with tempfile.TemporaryFile() as file:
    file.write(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom")
    for _ in range(int(sys.argv[1])):
        file.write(bytes(range(256)) * (MEGABYTE // 256))
    video = Video.objects.create(owner=owner, title="Film", file=File(file, "film.mp4"))
Content.objects.create(module=module, item=video)
browser = Client()
browser.force_login(owner)
print(json.dumps({"session": browser.cookies["session"].value, "name": video.file.name}))
