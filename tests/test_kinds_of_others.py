"""An app that is no part of Educa brings a kind: the one of docs/reference/kinds.md."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/reference/kinds.md"
BLOCK = re.compile(r"^```\w+\n(?:# |<!-- )(\S+)(?: -->)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
UNCOLLECTED = """
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
"""
USE = """
from pathlib import Path
import django
django.setup()
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from educa.accounts.models import INSTRUCTORS, User
from educa.courses.actions import copy_module
from educa.courses.kinds.registry import kind_named
from educa.courses.models import Content, Course, Module, Subject
from educa.courses.outline import outline_of
from educa.courses.publishing import checklist_of
from educa.interchange.actions import import_package
from educa.interchange.packing.package import write_package
from scores.models import Score

admin = User.objects.create_superuser("admin")
teacher = User.objects.create_user("teacher")
teacher.groups.add(Group.objects.get(name=INSTRUCTORS))
subject = Subject.objects.create(title="Music", slug="music")
course = Course.objects.create(owner=teacher, subject=subject, title="Bach", status="published")
module = Module.objects.create(course=course, title="Inventions")

assert teacher.has_perm("scores.add_score")
assert kind_named("score").model is Score

browser = Client()
browser.force_login(admin)
form = {"module": module.pk, "title": "Invention No. 1", "composer": "J. S. Bach"}
pdf = ContentFile(b"%PDF-1.4", "Invention.pdf")
text = ContentFile(b"<script>", "Invention.html")
assert browser.post("/admin/scores/score/add/", {**form, "file": text}).status_code == 200
assert not Score.objects.exists()
assert browser.post("/admin/scores/score/add/", {**form, "file": pdf}).status_code == 302

content = Content.objects.get()
score = content.item
assert (score.owner, content.module, str(content)) == (teacher, module, "Invention No. 1")
assert "(J. S. Bach)" in score.render()
entry, = outline_of(course)[0].outline
assert (entry.kind, entry.title, entry.icon) == ("score", "Invention No. 1", "file")

try:
    Score.objects.create(owner=teacher, title="No score", file=ContentFile(b"text", "a.txt"))
except ValidationError:
    pass
else:
    raise AssertionError("a text was taken for a score")

listed = browser.get("/admin/scores/score/").content.decode()
assert "J. S. Bach" in listed and "Bach: Inventions" in listed
assert "score" in browser.get("/admin/courses/content/").content.decode()
assert browser.get("/admin/courses/content/", {"kind": "score", "q": "invention"}).status_code == 200

assert b"".join(browser.get(score.file_url).streaming_content) == b"%PDF-1.4"
assert Client().get(score.file_url).status_code == 404
browser.force_login(teacher)
page = browser.get(f"/students/course/{course.pk}/").content.decode()
assert "(J. S. Bach)" in page

duplicate = copy_module(module=module)
copied = duplicate.contents.get().item
assert (copied.title, copied.composer) == (score.title, score.composer)
assert copied.file.name != score.file.name
assert b"".join(browser.get(copied.file_url).streaming_content) == b"%PDF-1.4"
assert not [group for group in checklist_of(course) if group.is_problem]

package = Path("course.imscc")
report = write_package(course, package, lambda *_progress: None)
imported = import_package(package, owner=teacher)
assert not imported.has_losses
packed = Score.objects.filter(contents__module__course=imported.course["id"]).first()
assert (packed.title, packed.composer) == (score.title, score.composer)
assert packed.file.name != score.file.name
assert b"".join(browser.get(packed.file_url).streaming_content) == b"%PDF-1.4"
Course.objects.get(pk=imported.course["id"]).delete()

duplicate.delete()
create = f"/course/module/{module.pk}/content/score/create/"
page = browser.get(create).content.decode()
assert "Who wrote it" in page and 'name="composer"' in page
form = {"title": "Invention No. 2", "composer": "Bach", "owner": admin.pk, "file": pdf}
answer = browser.post(create, {**form, "file": ContentFile(b"text", "a.txt")})
assert "A score must be a PDF." in answer.content.decode()
assert "Invention No. 2" in answer.content.decode()
pdf.seek(0)
made = browser.post(create, form)
second = Score.objects.get(title="Invention No. 2")
assert made.status_code == 302 and second.owner == teacher
page = browser.get(made.url).content.decode()
assert 'name="seen"' in page and second.file_url in page
assert "Invention No. 2" in browser.get(f"/course/module/{module.pk}/").content.decode()
old = {"title": "Mine", "composer": "", "seen": "x"}
assert browser.post(made.url, old).status_code == 409

body = {"module": module.pk, "kind": "score", "title": "No. 3", "data": {"composer": "Bach"}}
answer = browser.post("/api/contents/", body, "application/json").json()
assert [error["field"] for error in answer["errors"]] == ["data.file"], answer
parts = {"module": module.pk, "kind": "score", "title": "No. 3", "file": ContentFile(b"text", "a.txt")}
answer = browser.post("/api/contents/", parts).json()
assert [error["message"] for error in answer["errors"]] == ["A score must be a PDF."], answer
pdf.seek(0)
answer = browser.post("/api/contents/", {**parts, "file": pdf}).json()
assert answer["kind"] == "score" and answer["data"]["composer"] == "", answer
address = "/api/contents/%d/" % answer["id"]
answer = browser.patch(address, {"data": {"composer": "Bach"}}, "application/json").json()
assert answer["data"]["composer"] == "Bach" and answer["title"] == "No. 3", answer

module.delete()
assert not Score.objects.exists()
assert not default_storage.exists(score.file.name)
print("all of it")
"""


@pytest.mark.once
def test_kind_of_the_page_about_kinds_works_everywhere(tmp_path: Path) -> None:
    for name, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "scores/__init__.py").touch()
    with (tmp_path / "mysite.py").open("a") as settings:
        settings.write(UNCOLLECTED)
    manage = ("-m", "educa", "manage")

    run(tmp_path, *manage, "makemigrations", "scores", "-v0")
    run(tmp_path, *manage, "migrate", "-v0")
    output = run(tmp_path, "-c", USE)

    assert output.splitlines()[-1] == "all of it"


def run(folder: Path, *command: str) -> str:
    """What a Python process prints that has the folder's app and settings, and a site of its own there."""
    process = subprocess.run(
        [sys.executable, *command],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT / "src")]),
            "DJANGO_SETTINGS_MODULE": "mysite",
            "EDUCA_DATA_DIR": str(folder / "data"),
            "EDUCA_ALLOWED_HOSTS": "testserver",
            "EDUCA_LOG_LEVEL": "CRITICAL",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout
