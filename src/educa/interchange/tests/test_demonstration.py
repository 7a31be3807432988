"""The demonstration: loaded once, removed without a trace, and right in what it teaches."""

import ast
import contextlib
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from educa.accounts.models import User
from educa.accounts.tests.factories import make_instructor, make_user
from educa.chat.models import Message, Room
from educa.courses.actions import hand_over
from educa.courses.kinds.registry import kinds
from educa.courses.models import (
    Attachment,
    Content,
    Course,
    Generation,
    Image,
    Subject,
    Text,
    Video,
)
from educa.courses.tests.factories import make_content, make_course, make_module, make_subject
from educa.interchange.demonstration import loader
from educa.interchange.demonstration.course_folder import read_course
from educa.interchange.demonstration.loader import (
    COURSES,
    accounts_in_use,
    is_empty,
    load_demonstration,
    remove_demonstration,
)
from educa.interchange.demonstration.refusal import DemonstrationRefused
from educa.lib.embeds import embed_for
from educa.lib.webvtt import checked_captions
from educa.students.models import Completion, Enrollment

MOST_BYTES = 2_500_000
FOLDERS = sorted(path for path in COURSES.iterdir() if path.is_dir())
TEXTS = sorted(COURSES.glob("*/*.md"))
PROGRAM = re.compile(r"```python\n(?P<code>.*?)```(?:\n\n```\n(?P<prints>.*?)```)?", re.DOTALL)


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    """An empty place for files, of this test alone."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return tmp_path / "media"


@pytest.fixture
def demonstration(db: None, media: Path) -> None:
    load_demonstration()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of one course, to be damaged."""
    return Path(shutil.copytree(COURSES / "waves-and-sound", tmp_path / "courses/broken"))


def rows() -> dict[str, int]:
    """How many rows each model has, but for the steps of generations, which are put together now and then."""
    models = [model for model in apps.get_models() if model is not Generation]
    return {model._meta.label: model._base_manager.count() for model in models}


def files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def texts_of(folder: Path) -> list[Path]:
    """A course's texts in reading order."""
    contents = [c for module in read_course(folder).modules for c in module.contents]
    return [content.file for content in contents if content.kind == "text" and content.file]


def programs_in(path: Path) -> Iterator[tuple[str, str | None]]:
    """The Python programs of a text, with what the block right after each says that it prints."""
    for match in PROGRAM.finditer(path.read_text("utf-8")):
        yield match["code"], match["prints"]


# Loading


@pytest.mark.usefixtures("demonstration")
def test_it_brings_three_published_courses_with_every_kind_of_content() -> None:
    shown = {content.content_type.model for content in Content.objects.all()}

    assert Course.objects.published().count() == 3
    assert shown == {kind.name for kind in kinds()}


@pytest.mark.usefixtures("demonstration")
def test_among_the_videos_are_an_uploaded_one_with_captions_and_an_embedded_one() -> None:
    uploaded = Video.objects.exclude(file="").get()
    linked = Video.objects.exclude(url="").get()

    assert [track.language for track in uploaded.tracks.all()] == ["en"]
    assert linked.embed


@pytest.mark.usefixtures("demonstration")
def test_every_picture_says_what_it_shows() -> None:
    assert not Image.objects.filter(alt="").exists()
    assert Image.objects.count() == 6


@pytest.mark.usefixtures("demonstration")
def test_there_is_one_account_for_each_role() -> None:
    people = {user.username: user for user in User.objects.all()}

    assert accounts_in_use() == ["admin", "instructor", "student"]
    assert people["admin"].is_superuser
    assert people["instructor"].has_perm("courses.add_course")
    assert not people["student"].has_perm("courses.view_course")


@pytest.mark.usefixtures("demonstration")
def test_the_student_is_in_the_middle_of_a_course() -> None:
    waves = Enrollment.objects.get(course__slug="waves-and-sound")
    contents = Content.objects.filter(module__course=waves.course).in_reading_order()

    assert waves.student.username == "student"
    assert waves.last_content == contents[4]
    assert Completion.objects.filter(enrollment=waves).count() == 4


@pytest.mark.usefixtures("demonstration")
def test_a_second_run_changes_nothing(media: Path) -> None:
    before = rows(), sorted(files(media))

    again = load_demonstration()

    assert not again.courses
    assert not again.accounts
    assert (rows(), sorted(files(media))) == before


@pytest.mark.usefixtures("demonstration")
def test_a_second_run_brings_back_what_was_deleted_in_between() -> None:
    Course.objects.get(slug="waves-and-sound").delete()

    assert len(load_demonstration().courses) == 1
    assert Course.objects.count() == 3


@pytest.mark.usefixtures("demonstration")
def test_an_account_with_another_password_is_left_as_it_is() -> None:
    admin = User.objects.get(username="admin")
    admin.set_password("something of my own")
    admin.save()

    load_demonstration()

    assert accounts_in_use() == ["instructor", "student"]


@pytest.mark.django_db
def test_a_site_is_empty_until_somebody_has_an_account() -> None:
    assert is_empty()
    make_user()
    assert not is_empty()


# Refusing


@pytest.mark.django_db
def test_where_other_machines_reach_the_site_it_is_refused(settings: Settings) -> None:
    settings.EDUCA_LOOPBACK = False

    with pytest.raises(CommandError, match="other machines can reach this site") as refusal:
        call_command("demo")

    assert refusal.value.returncode == 2
    assert is_empty()


@pytest.mark.usefixtures("media", "db")
def test_where_other_machines_reach_the_site_it_can_be_forced(settings: Settings) -> None:
    settings.EDUCA_LOOPBACK = False

    call_command("demo", "--force", stdout=io.StringIO())

    assert Course.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["student", "instruct0r"])
def test_an_account_of_that_name_is_never_touched(name: str, media: Path) -> None:
    make_user(username=name)
    before = rows()

    with pytest.raises(DemonstrationRefused, match=name):
        load_demonstration()

    assert rows() == before
    assert not files(media)


@pytest.mark.django_db
def test_a_course_of_that_address_is_never_touched(media: Path) -> None:
    make_course(slug="waves-and-sound")
    before = rows()

    with pytest.raises(DemonstrationRefused, match="waves-and-sound"):
        load_demonstration()

    assert rows() == before
    assert not files(media)


@pytest.mark.django_db(transaction=True)
def test_a_course_that_breaks_half_way_leaves_nothing(
    media: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "media/waves-worksheet.pdf").write_bytes(b"no PDF")
    monkeypatch.setattr(loader, "COURSES", folder.parent)
    before = rows()

    with pytest.raises(DemonstrationRefused, match=r"broken/media/waves-worksheet\.pdf"):
        load_demonstration()

    assert is_empty()
    assert rows() == before
    assert not files(media)


@pytest.mark.once
@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('kind = "file"', 'kind = "quiz"', r"modules\[4\]\.contents\[2\]\.kind must be one of"),
        ("media/modes.png", "media/none.png", r"modules\[2\]\.contents\[5\]\.file names a file"),
        ("media/modes.png", "../../x.png", r"modules\[2\]\.contents\[5\]\.file names a file"),
        ('title = "Beats"', 'title = ""', r"modules\[2\]\.contents\[3\]\.title is missing"),
        ('title = "Beats"', "title = 7", r"modules\[2\]\.contents\[3\]\.title must be text"),
        ("duration = 12", 'duration = "12"', r"modules\[2\]\.contents\[2\]\.duration must be"),
        ("duration = 12", "duraton = 12", r"modules\[2\]\.contents\[2\]\.duraton is not known"),
        ('slug = "physics", ', "", r"subject\.slug is missing"),
        ("subject = {", "subject = 1 # {", r"subject must be a table"),
        ("captions = [", "captions = 1 # [", r"captions must be a list of tables"),
        ("[[modules]]", "[[modules", r"\(at line 21"),
    ],
)
def test_bad_data_is_named_by_file_and_key(
    folder: Path, old: str, new: str, complaint: str
) -> None:
    manifest = folder / "course.toml"
    manifest.write_text(manifest.read_text("utf-8").replace(old, new, 1), "utf-8")

    with pytest.raises(DemonstrationRefused, match=f"^broken/course.toml: .*{complaint}"):
        read_course(folder)


@pytest.mark.once
def test_a_folder_without_a_course_is_named(tmp_path: Path) -> None:
    with pytest.raises(DemonstrationRefused, match=r"course\.toml: No such file"):
        read_course(tmp_path)


# Removing


@pytest.mark.django_db(transaction=True)
def test_removing_leaves_no_row_and_no_file(media: Path) -> None:
    before = rows()
    load_demonstration()
    assert files(media)

    call_command("demo", "--remove", stdout=io.StringIO())

    assert rows() == before
    assert not files(media)


@pytest.mark.usefixtures("demonstration")
def test_removing_spares_what_was_there_before() -> None:
    mine = make_course(title="Mine")

    remove_demonstration()

    assert list(Course.objects.all()) == [mine]
    assert list(User.objects.all()) == [mine.owner]
    assert list(Subject.objects.all()) == [mine.subject]


@pytest.mark.usefixtures("media", "db")
def test_a_subject_that_was_there_before_stays() -> None:
    make_subject(title="Physics", slug="physics")
    load_demonstration()

    remove_demonstration()

    assert [subject.slug for subject in Subject.objects.all()] == ["physics"]


@pytest.mark.usefixtures("demonstration")
def test_a_subject_that_somebody_else_uses_by_now_stays() -> None:
    make_course(subject=Subject.objects.get(slug="teaching"))

    remove_demonstration()

    assert [subject.slug for subject in Subject.objects.all()] == ["teaching"]


@pytest.mark.usefixtures("demonstration")
def test_a_real_course_of_a_demonstration_account_stops_the_removal() -> None:
    make_course(title="Begun in the evening", owner=User.objects.get(username="instructor"))
    before = rows()

    with pytest.raises(CommandError, match=r"owns “Begun in the evening”.* nothing was removed"):
        call_command("demo", "--remove")

    assert rows() == before


@pytest.mark.usefixtures("demonstration")
def test_a_course_that_was_handed_over_stays_with_all_its_contents() -> None:
    course, owner = Course.objects.get(slug="waves-and-sound"), make_instructor()
    contents = Content.objects.filter(module__course=course).count()
    hand_over(course=course, to=owner)

    removal = remove_demonstration()

    assert removal.kept_courses == (course.title,)
    assert [user.pk for user in User.objects.all()] == [owner.pk]
    assert Content.objects.filter(module__course=course).count() == contents


@pytest.mark.usefixtures("demonstration")
def test_removing_says_how_many_other_people_were_enrolled() -> None:
    Enrollment.objects.enroll(make_user(), Course.objects.get(slug="teach-with-educa"))

    assert remove_demonstration().enrollments_of_others == 1
    assert not Enrollment.objects.exists()


@pytest.mark.usefixtures("demonstration")
def test_what_was_added_to_a_demonstration_course_goes_with_it() -> None:
    make_content(make_module(Course.objects.get(slug="waves-and-sound")), "text")
    owner = User.objects.exclude(username__in=loader.ACCOUNTS)
    Text.objects.filter(owner__in=owner).delete()

    remove_demonstration()

    assert not Content.objects.exists()


@pytest.mark.django_db
def test_where_there_is_no_demonstration_nothing_is_removed() -> None:
    said = io.StringIO()
    make_user(username="student")

    call_command("demo", "--remove", stdout=said)

    assert "nothing was removed" in said.getvalue()
    assert User.objects.count() == 1


# What is taught


@pytest.mark.usefixtures("demonstration")
def test_every_content_can_be_shown() -> None:
    shown = [content.item.render() for content in Content.objects.all()]

    assert len(shown) == 39
    assert all(len(html) > 100 for html in shown)


@pytest.mark.usefixtures("demonstration")
def test_no_formula_is_left_unread_and_no_heading_level_left_out() -> None:
    for text in Text.objects.all():
        levels = [int(level) for level in re.findall(r"<h([1-6])", text.html)]
        steps = [after - before for before, after in zip([1, *levels], levels, strict=False)]
        assert 'class="formula"' not in text.html, text.title
        assert all(step <= 1 for step in steps), text.title


@pytest.mark.usefixtures("demonstration")
def test_the_pictures_in_texts_are_there_for_who_may_read_them(client: Client) -> None:
    client.force_login(User.objects.get(username="instructor"))
    html = "".join(text.html for text in Text.objects.all())
    addresses = set(re.findall(r'(?:src|href)="(/[^"]+)"', html))

    assert len(addresses) == Attachment.objects.count() == 2
    assert all(client.get(address).getvalue().startswith(b"\x89PNG") for address in addresses)


@pytest.mark.usefixtures("demonstration")
def test_footnotes_and_other_links_within_a_text_lead_somewhere() -> None:
    for text in Text.objects.all():
        targets = set(re.findall(r'id="([^"]+)"', text.html))
        assert set(re.findall(r'href="#([^"]+)"', text.html)) <= targets, text.title


@pytest.mark.usefixtures("demonstration")
def test_the_course_pages_show_what_is_inside(client: Client) -> None:
    for course in Course.objects.all():
        page = client.get(reverse("course_detail", args=[course.slug])).content.decode()
        assert all(module.title in page for module in course.modules.all())


@pytest.mark.once
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_text_takes_one_sitting_and_its_programs_are_python(path: Path) -> None:
    words = len(path.read_text("utf-8").split())

    assert 250 <= words <= 600
    for code, _ in programs_in(path):
        ast.parse(code)


@pytest.mark.once
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_programs_of_a_course_print_what_the_texts_say(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shutil.copytree(folder / "media", tmp_path / "work"))
    names: dict[str, Any] = {}
    for text in texts_of(folder):
        for code, prints in programs_in(text):
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                exec(compile(code, text.name, "exec"), names)
            assert prints is None or said.getvalue() == prints


@pytest.mark.once
def test_every_text_and_every_file_of_a_folder_is_used() -> None:
    for folder in FOLDERS:
        course = (folder / "course.toml").read_text("utf-8")
        told = course + "".join(path.read_text("utf-8") for path in folder.glob("*.md"))
        names = [path.relative_to(folder).as_posix() for path in files(folder)]
        assert [name for name in names if name not in told] == ["course.toml"]


@pytest.mark.once
@pytest.mark.parametrize("path", sorted(COURSES.rglob("*.vtt")), ids=lambda path: path.name)
def test_captions_are_webvtt_without_gaps_that_end_with_the_video(path: Path) -> None:
    times = re.findall(r"(\S+) --> (\S+)", checked_captions(path.read_bytes()))

    assert times[0][0] == "00:00.000"
    assert [end for _, end in times[:-1]] == [start for start, _ in times[1:]]
    assert times[-1][1] == "00:12.000"


@pytest.mark.once
def test_linked_videos_are_of_a_known_host() -> None:
    links = re.findall(
        r'^url = "(.+)"',
        "".join(path.read_text("utf-8") for path in COURSES.glob("*/course.toml")),
        re.MULTILINE,
    )

    assert links
    assert all(embed_for(link) for link in links)


@pytest.mark.once
def test_the_whole_demonstration_is_small() -> None:
    assert sum(path.stat().st_size for path in files(COURSES)) <= MOST_BYTES


# The room


@pytest.mark.usefixtures("demonstration")
def test_people_talk_in_the_room_of_a_course() -> None:
    room = Room.objects.get()
    said = list(room.messages.order_by("sequence"))

    assert room.course.slug == "waves-and-sound"
    assert [message.sent_at for message in said] == sorted(message.sent_at for message in said)
    assert {message.author.username for message in said} == {"student", "instructor"}
    assert [bool(message.pinned_at) for message in said].count(True) == 1
    assert list(room.events.values_list("sequence", flat=True)) == list(
        range(1, room.last_sequence + 1)
    )


@pytest.mark.usefixtures("demonstration")
def test_one_question_has_its_answer_and_one_waits() -> None:
    answered = Message.objects.exclude(answer=None).get()
    (waiting,) = Message.objects.open_questions()

    assert str(answered.content) == "Beats"
    assert answered.answer.reply_to == answered
    assert waiting.content is not None


@pytest.mark.once
@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('content = "Nothing"', "messages[1].content is the title of no content"),
        ("reply_to = 1", "messages[1].reply_to is no earlier message"),
        ('pinned = "yes"', "messages[1].pinned must be true or false"),
    ],
)
def test_a_message_about_nothing_is_refused(folder: Path, line: str, complaint: str) -> None:
    manifest = folder / "course.toml"
    text = manifest.read_text("utf-8").partition("\n[[messages]]")[0]
    manifest.write_text(f'{text}\n[[messages]]\nby = "student"\ntext = "Hm"\n{line}\n', "utf-8")

    with pytest.raises(DemonstrationRefused, match=re.escape(complaint)):
        read_course(folder)
