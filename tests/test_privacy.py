"""Personal data: all of it is declared, exported whole and alone, and gone when its person is."""

import json
import os
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection, models
from django.test import Client, TestCase
from django.test.utils import isolate_apps
from django.utils import timezone

from educa.accounts.actions import ErasureRefused, erase, finish_erasures, write_data
from educa.accounts.models import DataExport, Erasure, User
from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.api.models import RepeatableRequest
from educa.api.tests.asking import make_token
from educa.chat.actions import edit, mute, react, report
from educa.chat.models import Act, Mention, ReadMark, Report, Room
from educa.chat.tests.factories import say
from educa.courses.actions import hand_over
from educa.courses.kinds.text import TextDraft, TextVersion
from educa.courses.models import Course, Module, Upload
from educa.courses.tests.factories import (
    make_attachment,
    make_captions,
    make_content,
    make_course,
    make_file,
    make_image,
    make_module,
    make_text,
    make_uploaded_video,
    picture,
)
from educa.interchange.models import Transfer
from educa.lib import privacy
from educa.students.models import Completion, Enrollment, EnrollmentRequest, Note, Position
from educa.webhooks.tests.factories import make_delivery, make_webhook
from tools import personal_data

# Nothing is forgotten


def test_every_personal_field_of_every_app_is_declared() -> None:
    assert privacy.undeclared() == []


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Enrollment, Completion, Position, Note, EnrollmentRequest])
def test_every_column_about_a_student_is_in_their_copy(model: type[models.Model]) -> None:
    person = make_user()
    place = Enrollment.objects.enroll(person, make_course())
    known = {"enrollment": place, "content": make_content(make_module(place.course))}
    known |= {"course": place.course, "student": person, "author": person}
    columns = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    given = {name: known[name] for name in columns if name in known}
    model._default_manager.get_or_create(**given)
    (data,) = [each for each in privacy.declarations() if each.model == model._meta.label]

    (row,) = data.held(person)

    said = {fact.key for fact in data.describe(row)}
    # `words` are made from the body; the others say whose the row is, or, for an enrollment, which content.
    assert set(columns) - said <= {"student", "author", "enrollment", "words"}


@pytest.mark.django_db
def test_all_that_is_held_is_counted_in_one_statement_and_nothing_of_others(
    django_assert_num_queries: Any,
) -> None:
    person, other = make_instructor(), make_instructor()
    make_course(owner=other)
    make_course(owner=person)
    make_course(owner=person)
    privacy.held_by(other)  # content types are known from here on

    with django_assert_num_queries(1):
        held = privacy.held_by(person)

    teaching = {each.data.name: each.number for each in held[privacy.Category.TEACHING]}
    assert teaching == {"courses": 2}


@pytest.mark.django_db
def test_rows_of_every_sort_are_counted_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_user()
    people = User.objects.filter(pk=person.pk)
    sorts = {"list": [1, 2], "none": people.none(), "union": people.union(people), "one": people}
    (some,) = [each for each in privacy.declarations() if each.name == "erasures"]
    made = [
        replace(some, name=name, rows=lambda _, rows=rows: rows) for name, rows in sorts.items()
    ]
    monkeypatch.setattr(privacy, "declarations", lambda: made)

    (held,) = [each for each in privacy.held_by(person).values() if each]

    assert {each.data.name: each.number for each in held} == {"list": 2, "union": 1, "one": 1}


@isolate_apps("tests")
def test_what_leads_to_a_person_or_names_one_does_not_go_unnoticed() -> None:
    class Diary(models.Model):
        writer = models.ForeignKey(User, on_delete=models.CASCADE)
        friends = models.ManyToManyField(User, related_name="+")
        about = models.ForeignKey(ContentType, on_delete=models.CASCADE)
        place = models.ForeignKey(Enrollment, on_delete=models.CASCADE)
        contact = models.EmailField()
        seen_from = models.GenericIPAddressField()
        phone = models.CharField(max_length=9)
        title = models.CharField(max_length=9)

        class Meta:
            app_label = "tests"

        def __str__(self) -> str:
            return self.title

    found = privacy.undeclared([Diary, Diary.friends.through])

    assert found == [
        "tests.Diary.about",
        "tests.Diary.contact",
        "tests.Diary.phone",
        "tests.Diary.place",
        "tests.Diary.seen_from",
        "tests.Diary.writer",
        "tests.Diary_friends.user",
    ]


@isolate_apps("tests")
def test_a_new_column_of_the_account_does_not_go_unnoticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = {key: value for key, value in privacy._known().items() if key[1] != "time_zone"}
    monkeypatch.setattr(privacy, "_known", lambda: known)

    assert privacy.undeclared() == ["accounts.User.time_zone"]


def test_the_document_lists_what_is_declared() -> None:
    text = personal_data.DOCUMENT.read_text()

    assert personal_data.written(text) == text
    assert text.count("\n| `") == len(privacy.declarations()) + 7  # the keys of data.json


# Canaries


class Person:
    """Somebody with a canary in every field that could say something about them."""

    def __init__(self, canary: str, other: User) -> None:
        self.canary = canary
        self.user = make_instructor(
            username=canary,
            email=f"{canary}@example.com",
            display_name=f"{canary} Shown",
            first_name=f"{canary} First",
            last_name=f"{canary} Last",
            time_zone="Europe/London",
        )
        self.user.user_permissions.add(Permission.objects.get(codename="view_group"))
        self.other = other
        self.signs_in()
        self.studies()
        self.teaches()
        self.chats()
        self.programs()
        self.administers()

    def signs_in(self) -> None:
        address = EmailAddress.objects.create(user=self.user, email=f"second-{self.canary}@x.org")
        EmailConfirmation.objects.create(email_address=address, key=self.canary)
        self.browser = Client()
        self.browser.force_login(self.user)

    def studies(self) -> None:
        content = make_content(make_module(make_course(owner=self.other)))
        course = content.module.course
        place = Enrollment.objects.enroll(self.user, course)
        Completion.objects.create(enrollment=place, content=content)
        Position.objects.create(enrollment=place, content=content, watched=[[1, 2]])
        Note.objects.create(author=self.user, content=content, body=f"note {self.canary}")
        EnrollmentRequest.objects.create(student=self.user, course=make_course(owner=self.other))

    def teaches(self) -> None:
        """In a course of somebody else; an own one, that is to be handed over, comes later."""
        course = make_course(owner=self.other)
        course.co_instructors.add(self.user)
        module = make_module(course)
        item = make_text(owner=self.user, content="A text of the course.")
        make_content(module, item=item)
        make_text(owner=self.user, title=f"orphan {self.canary}")
        TextVersion.objects.create(text=item, title="Version", author=self.user)
        TextDraft.objects.create(
            author=self.user, module=module, text=item, content=f"draft {self.canary}"
        )
        thrown = {"trashed_at": timezone.now(), "trashed_by": self.user}
        Module.everything.filter(pk=make_module(course).pk).update(**thrown)
        upload = Upload.objects.create(
            owner=self.user, course=course, name=f"{self.canary}.pdf", size=99
        )
        upload.path.write_text(f"bytes of {self.canary}")
        transfer = Transfer.objects.create(
            owner=self.user,
            course=course,
            direction="export",
            name=f"{self.canary}.imscc",
            status="done",
            finished_at=timezone.now(),
        )
        transfer.package.save("a.imscc", ContentFile(f"package {self.canary}".encode()))
        export = DataExport.objects.create(
            owner=self.user, language="en", status="done", finished_at=timezone.now()
        )
        export.package.save("data.zip", ContentFile(f"export {self.canary}".encode()))

    def programs(self) -> None:
        make_token(self.user, name=f"token {self.canary}")
        RepeatableRequest.objects.create(
            user=self.user, key=f"key {self.canary}", status=200, body=f"answer {self.canary}"
        )
        course = self.user.courses_assisted.get()
        own = make_webhook(self.user, url=f"https://{self.canary}.example/", course=course)
        make_delivery(course, webhook=own, answer=f"answer {self.canary}")
        make_delivery(course, event="message.posted", person=self.user, about={"message": 1})

    def chats(self) -> None:
        """In a room of a course of somebody else, with a message of theirs, too."""
        course = make_course(owner=self.other)
        Enrollment.objects.enroll(self.user, course)
        room = course.pk
        own = say(course, f"first {self.canary}", author=self.user, has_picture=True)
        edit(author=self.user, course=room, sequence=own.sequence, body=f"said {self.canary}")
        others = say(course, "Welcome.", author=self.other)
        react(person=self.user, course=room, sequence=others.sequence, sign="👍", on=True)
        report(person=self.user, course=room, sequence=others.sequence, reason=self.canary)
        report(person=self.other, course=room, sequence=own.sequence, reason="Of the other one")
        mute(person=self.other, course=room, muted=self.user, minutes=None)
        Mention.objects.create(message=others, user=self.user)
        ReadMark.objects.move(self.user, Room.objects.of(course), 9)
        Act.objects.create(
            room=Room.objects.of(course), actor=self.user, verb="pin", message=others
        )
        handled = {"handled_at": timezone.now(), "handled_by": self.user}
        Report.objects.filter(message=others).update(**handled)

    def administers(self) -> None:
        kinds = {model: ContentType.objects.get_for_model(model) for model in (User, Course, Note)}
        said = json.dumps(
            [{"changed": {"name": "email address", "object": self.user.email, "fields": ["Email"]}}]
        )
        entries = [
            (self.user, Course, "1", "Physics", "Taken back from the trash."),
            (self.other, User, str(self.user.pk), str(self.user), said),
            (self.other, Course, "1", "Physics", f"Handed over from {self.user} to Bob."),
            (self.other, Note, "1", f"{self.user}: Waves", "[]"),
        ]
        for by, model, key, shown, message in entries:
            LogEntry.objects.create(
                user=by,
                content_type=kinds[model],
                object_id=key,
                object_repr=shown,
                action_flag=CHANGE,
                change_message=message,
            )

    def owns_a_course(self) -> Course:
        """A course with files and words of theirs."""
        course = make_course(
            owner=self.user,
            title=f"course {self.canary}",
            overview=f"overview {self.canary}",
            cover=ContentFile(picture(), "cover.png"),
        )
        make_attachment(course, name=f"attached {self.canary}.png")
        module = make_module(course)
        for item in (
            make_file(f"{self.canary}.pdf", owner=self.user),
            make_image(owner=self.user, caption=f"caption {self.canary}"),
            make_uploaded_video(owner=self.user, title=f"film {self.canary}"),
            make_text(owner=self.user, content=f"text {self.canary}"),
        ):
            make_content(module, item=item)
            if item._meta.model_name == "video":
                make_captions(item)
        return course


@pytest.fixture
def site(db: None, settings: Any, tmp_path: Path) -> Path:
    """A data directory of its own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.EDUCA_UPLOAD_DIR = str(tmp_path / "uploads")
    (tmp_path / "uploads").mkdir()
    return tmp_path


@pytest.fixture
def other(site: Path) -> User:
    """An administrator, who owns the courses that the others study in."""
    return make_admin()


@pytest.fixture
def ann(other: User) -> Person:
    return Person("canaryann", other)


@pytest.fixture
def ben(other: User) -> Person:
    return Person("canaryben", other)


def places_with(word: str, folder: Path) -> list[str]:
    """Every table and file in which the word stands; sessions are looked into, too."""
    return [*_tables_with(word), *_files_with(word, folder)]


def _tables_with(word: str) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [table for row in cursor.fetchall() if word in str(row)]
    return found


def _files_with(word: str, folder: Path) -> list[str]:
    files = [Path(path, name) for path, _, names in os.walk(folder) for name in names]
    return [str(path) for path in files if word.encode() in path.read_bytes() + path.name.encode()]


def rows_of(person: User) -> int:
    """How many rows lead to an account, sessions included."""
    return sum(sum(1 for _row in data.held(person)) for data in privacy.declarations())


def test_an_erased_person_is_nowhere_and_another_one_still_everywhere(
    site: Path, ann: Person, ben: Person
) -> None:
    pk, before = ann.user.pk, places_with(ben.canary, site)
    rows_of_ben = rows_of(ben.user)

    with TestCase.captureOnCommitCallbacks(execute=True):
        erase(ann.user)
    finish_erasures()

    ann.user.pk = pk
    assert places_with(ann.canary, site) == []
    assert rows_of(ann.user) == 1  # the entry about a number that nobody has any more
    assert (places_with(ben.canary, site), rows_of(ben.user)) == (before, rows_of_ben)
    assert len(before) > 12
    assert not Erasure.objects.exists()


def test_every_declaration_has_a_row_in_these_tests(ann: Person) -> None:
    ann.owns_a_course()
    Course.objects.filter(pk=make_course().pk).update(trashed_by=ann.user)
    make_content().__class__.everything.update(trashed_by=ann.user)

    empty = [
        data.name for data in privacy.declarations() if not any(True for _ in data.held(ann.user))
    ]

    assert empty == ["erasures", "retired_names"]


def test_what_a_course_needs_stays_with_its_owner(ann: Person, other: User) -> None:
    assisted = ann.user.courses_assisted.get()
    item = assisted.modules.first().contents.first().item

    erase(ann.user)

    item.refresh_from_db()
    version = TextVersion.objects.get(text=item)
    assert (item.owner, version.author) == (other, None)
    assert list(assisted.co_instructors.all()) == []
    assert Module.everything.exclude(trashed_at=None).get().trashed_by is None


def test_the_history_says_what_was_done_and_not_who_it_was(ann: Person) -> None:
    erase(ann.user)

    entries = LogEntry.objects.order_by("pk")
    assert [entry.object_repr for entry in entries] == [
        "Physics", "deleted account", "Physics", "deleted account: Waves",
    ]  # fmt: skip
    assert entries[0].user == User.objects.stand_in()
    assert entries[1].change_message.count("deleted account") == 1
    assert entries[2].change_message == "Handed over from deleted account to Bob."


def test_nobody_blots_out_the_history_by_their_name(db: None) -> None:
    sly = make_user(username="changed", display_name="fields")
    said = json.dumps([{"changed": {"fields": ["Superuser status"]}}])
    LogEntry.objects.create(
        user=make_admin(), action_flag=CHANGE, object_repr="x", change_message=said
    )

    erase(sly)

    assert LogEntry.objects.get().change_message == said


# A copy


def copy_of(person: User, folder: Path) -> zipfile.ZipFile:
    path = folder / f"{person.username}.zip"
    write_data(person, path, language="en", beat=lambda: None)
    return zipfile.ZipFile(path)


def test_a_copy_has_everything_of_its_person_and_nothing_of_others(
    site: Path, ann: Person, ben: Person
) -> None:
    ann.owns_a_course()
    ben.owns_a_course()

    copy = copy_of(ann.user, site)

    page, data = copy.read("index.html").decode(), copy.read("data.json").decode()
    words = ["First", "Last", "Shown", "@example.com"]
    for text in (page, data):
        assert [word for word in words if not re.search(f"{ann.canary}.?{word}", text)] == []
        kinds = ("note", "draft", "course", "overview", "film", "caption", "text", "orphan")
        for kind in (*kinds, "first", "said"):
            assert f"{kind} {ann.canary}" in text, kind
        assert f"second-{ann.canary}" in text
        assert ben.canary not in text
    assert [name for name in copy.namelist() if ben.canary in name] == []


def test_the_files_of_a_copy_have_names_that_say_what_they_are(site: Path, ann: Person) -> None:
    ann.owns_a_course()

    copy = copy_of(ann.user, site)

    files = [re.sub(r"-\d+-", "-N-", name) for name in copy.namelist() if "/" in name]
    folder = f"files/course-{ann.canary}"
    assert sorted(files) == [
        f"files/chat-{Room.objects.get().course.slug}/message-1.png",
        f"{folder}/attachment-N-attached-{ann.canary}.png",
        f"{folder}/captions-N-film-{ann.canary}-en.vtt",
        f"{folder}/cover-N-cover.png",
        f"{folder}/file-N-{ann.canary}.pdf",
        f"{folder}/image-N-{copy_title(copy, 'items_image')}.png",
        f"{folder}/video-N-film-{ann.canary}.mp4",
    ]
    assert copy.testzip() is None


def copy_title(copy: zipfile.ZipFile, name: str) -> str:
    return str(json.loads(copy.read("data.json"))["data"][name][0]["title"]).replace(" ", "-")


def test_the_data_are_json_with_a_version_and_times_in_utc(site: Path, ann: Person) -> None:
    data = json.loads(copy_of(ann.user, site).read("data.json"))

    assert (data["format"], data["version"]) == ("educa-personal-data", 1)
    assert list(data["data"]) == [each.name for each in privacy.declarations()]
    place = data["data"]["enrollments"][0]
    assert (place["done"], place["total"]) == (1, 1)
    assert re.fullmatch(r"[\d-]{10}T[\d:.]+Z", place["enrolled_at"])
    assert "session_key" not in json.dumps(data["data"]["sessions"])
    assert set(data["data"]["sessions"][0]) == {"signed_in_at", "expires_at"}


def test_the_page_of_a_copy_stands_alone(site: Path, ann: Person) -> None:
    page = copy_of(ann.user, site).read("index.html").decode()

    assert "<script" not in page
    assert re.findall(r'(?:src|href)="(?!data\.json|files/)[^"]*"', page) == []


def test_a_file_that_is_gone_does_not_spoil_the_copy(site: Path, ann: Person) -> None:
    course = ann.owns_a_course()
    course.cover.storage.delete(course.cover.name)

    copy = copy_of(ann.user, site)

    assert json.loads(copy.read("data.json"))["missing_files"] == [
        f"files/{course.slug}/cover-{course.pk}-cover.png"
    ]


def test_a_copy_is_in_the_persons_language(site: Path, ann: Person) -> None:
    path = site / "copy.zip"

    write_data(ann.user, path, language="ar-xb", beat=lambda: None)

    page = zipfile.ZipFile(path).read("index.html").decode()
    assert 'lang="ar-xb" dir="rtl"' in page


# Courses are in the way


def test_who_owns_courses_is_told_which(ann: Person, other: User) -> None:
    course = ann.owns_a_course()
    thrown = make_course(owner=ann.user, title="Thrown away", trashed_at=timezone.now())

    with pytest.raises(ErasureRefused) as refused:
        erase(ann.user)

    names = [name for obstacle in refused.value.obstacles for name, _ in obstacle.things]
    assert names == [course.title, thrown.title]
    assert User.objects.filter(pk=ann.user.pk).exists()


def test_after_handing_over_nothing_is_in_the_way(site: Path, ann: Person) -> None:
    course = ann.owns_a_course()
    hand_over(course=course, to=make_instructor())

    erase(ann.user)

    assert not User.objects.filter(pk=ann.user.pk).exists()
    assert Course.objects.filter(pk=course.pk).exists()


def test_a_course_that_comes_at_the_same_moment_is_an_obstacle_too(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if it came after the question: the database refuses to delete its owner."""
    real = privacy.obstacles
    answers = iter([[]])

    def late(person: User) -> list[privacy.Obstacle]:
        asked = next(answers, None)
        if asked is None:
            return real(person)
        make_course(owner=person, title="Late")
        return asked

    monkeypatch.setattr(privacy, "obstacles", late)

    with pytest.raises(ErasureRefused):
        erase(ann.user)

    assert User.objects.filter(pk=ann.user.pk).exists()
    assert Note.objects.filter(author=ann.user).exists()
