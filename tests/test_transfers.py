"""Processes that are killed in the middle of an import or an export, and those that come after them."""

import pytest

from tests.racing import Start, answer

pytestmark = pytest.mark.once

SITE = """
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.management import call_command
from educa.accounts.models import INSTRUCTORS, User
from educa.courses.tests.factories import make_attachment, make_content, make_course, make_module
from educa.interchange.actions import ask_for_export, ask_for_import
from educa.interchange.packing.package import write_package
from pathlib import Path

owner = User.objects.create_user("marie")
owner.groups.add(Group.objects.get(name=INSTRUCTORS))
course = make_course(owner=owner, title="Original")
for number in range(2):
    module = make_module(course)
    picture = make_attachment(course)
    make_content(module, content=f"![]({picture.get_absolute_url()})")
    make_content(module, "image")
    make_content(module, "file")
package = Path("course.imscc")
write_package(course, package, lambda *_: None)
with package.open("rb") as file:
    ask_for_import(owner=owner, file=ContentFile(file.read(), "course.imscc"), subject=None)
ask_for_export(owner=owner, course=course)
answer = {}
"""
# The moments at which the process dies in the middle of a course that nobody sees.
WRITING = range(8, 22)
# The process dies as by `kill -9` when the progress is told for the nth time.
KILLED = """
import signal
from educa.interchange import duties, slices
from educa.interchange.actions import transferring
slices.LONGEST = 0  # every step is a transaction
told = 0
as_before = transferring.Run.progress

def progress(self, *how):
    global told
    told += 1
    if told == given["moment"]:
        os.kill(os.getpid(), signal.SIGKILL)
    as_before(self, *how)

transferring.Run.progress = progress
duties.carry_out_transfers()
answer = {"told": told}
"""
AFTERWARDS = """
from datetime import timedelta
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone
from educa.courses.models import Attachment, Content, Course, Module
from educa.interchange.duties import carry_out_transfers, clean_up_transfers
from educa.interchange.models import ImportedCourse, Transfer
from educa.interchange.tests.factories import snapshot

seen = Course.objects.present()
more = [
    seen.count() - 1,
    Content.objects.filter(module__course__in=seen).count() - 6,
    Attachment.objects.filter(course__in=seen).count() - 2,
]
left = Course.objects.count() - seen.count()
long_ago = timezone.now() - timedelta(hours=1)
Transfer.objects.filter(status="running").update(lease_until=long_ago)
ImportedCourse.objects.exclude(building_until=None).update(building_until=long_ago)
carry_out_transfers()
clean_up_transfers()
original, *made = Course.objects.order_by("pk")
call_command("sweep_media", older_than=0, verbosity=0, stdout=open("/dev/null", "w"))
answer = {
    "more": more,
    "left": left,
    "states": sorted(Transfer.objects.values_list("direction", "status")),
    "equal": [snapshot(course) == snapshot(original) for course in made],
    "package": Transfer.objects.get(direction="export").package.size > 1000,
}
"""


@pytest.mark.parametrize("start", ["SQLite"], indirect=True)
@pytest.mark.parametrize("moment", [1, 8, 15, 21, 23, 33])
def test_a_killed_process_leaves_nothing_half_and_the_next_one_finishes(
    start: Start, moment: int
) -> None:
    answer(start(SITE))
    killed = start(KILLED, moment=moment)
    killed.end()
    assert killed.returncode == -9, killed.errors

    found = answer(start(AFTERWARDS))

    assert found["more"] in ([0, 0, 0], [1, 6, 2])
    assert found["left"] == (1 if moment in WRITING else 0)
    assert found["states"] == [["export", "done"], ["import", "done"]]
    assert (found["equal"], found["package"]) == ([True], True)
