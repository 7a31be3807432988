"""Importing the same package again: the course is brought up to date, not doubled."""

from pathlib import Path

import pytest

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.actions import restore_content, trash_content, trash_course, trash_module
from educa.courses.models import Attachment, Content, Course, File, Module, Text
from educa.courses.tests.factories import PDF, make_content, make_module, make_subject, picture
from educa.interchange.tests.conftest import stored
from educa.interchange.tests.factories import (
    bring_in,
    imported_course,
    item,
    make_package,
    make_page_package,
)
from educa.interchange.tests.test_importing import outline
from educa.students.models import Completion, Enrollment

pytestmark = pytest.mark.django_db


def pages(folder: Path, titles: dict[str, str], **about: str) -> Path:
    """A package of one module with these pages: titles by their names, texts by keyword."""
    files: dict[str, str | bytes] = {f"{n}.html": about.pop(n, f"<p>{n}</p>") for n in titles}
    items = [item(title, of=f"{name}.html", key=name) for name, title in titles.items()]
    return make_package(folder, item("M", *items, key="m"), files=files, **about)


def test_the_same_package_again_changes_nothing(tmp_path: Path, media: Path) -> None:
    path = make_page_package(
        tmp_path, '<img src="a.png" alt="">', {"a.png": picture(), "b.css": "x", "c.pdf": PDF}
    )
    owner = make_instructor()
    course = imported_course(path, owner=owner)
    before = (
        stored(media),
        list(Text.objects.values()),
        list(Attachment.objects.values()),
        list(Content.objects.values()),
    )

    report = bring_in(path, owner=owner)

    after = (
        stored(media),
        list(Text.objects.values()),
        list(Attachment.objects.values()),
        list(Content.objects.values()),
    )
    assert report.updated
    assert Course.objects.get() == course
    assert after == before


def test_an_update_keeps_what_students_finished(tmp_path: Path) -> None:
    owner, student = make_instructor(), make_user()
    course = imported_course(pages(tmp_path, {"a": "A"}), owner=owner)
    content = Content.objects.get()
    enrollment = Enrollment.objects.enroll(student, course)
    Completion.objects.create(enrollment=enrollment, content=content)

    bring_in(pages(tmp_path, {"a": "Better"}, a="<p>new</p>"), owner=owner)

    assert Completion.objects.get().content == content
    assert (Text.objects.get().title, Text.objects.get().content) == ("Better", "<p>new</p>")


def test_new_contents_come_in_where_they_stand_and_others_move(tmp_path: Path) -> None:
    owner = make_instructor()
    course = imported_course(pages(tmp_path, {"a": "A", "b": "B"}), owner=owner)

    bring_in(pages(tmp_path, {"b": "B", "n": "New", "a": "A"}), owner=owner)

    assert outline(course) == {"M": ["B", "New", "A"]}
    assert Text.objects.count() == 3


def test_what_the_package_has_no_more_goes_and_what_was_added_by_hand_stays(tmp_path: Path) -> None:
    owner = make_instructor()
    course = imported_course(pages(tmp_path, {"a": "A", "b": "B"}), owner=owner)
    make_content(Module.objects.get(), title="Mine")
    make_content(make_module(course, title="My module"), title="Mine too")

    report = bring_in(pages(tmp_path, {"b": "B", "c": "C"}), owner=owner)

    assert outline(course) == {"M": ["B", "C", "Mine"], "My module": ["Mine too"]}
    assert report.removed == 1


def test_a_module_that_is_gone_stays_while_something_is_in_it(tmp_path: Path) -> None:
    owner = make_instructor()
    course = imported_course(make_package(tmp_path, item("Old"), item("Kept")), owner=owner)
    make_content(course.modules.get(title="Kept"), title="Mine")

    bring_in(make_package(tmp_path, item("New")), owner=owner)

    assert outline(course) == {"New": [], "Kept": ["Mine"]}


def test_what_the_instructor_changed_stays_while_the_package_does_not_change_it(
    tmp_path: Path,
) -> None:
    owner = make_instructor()
    course = imported_course(pages(tmp_path, {"a": "A"}), owner=owner)
    Text.objects.update(content="<p>my own words</p>")
    Course.objects.update(title="My title")

    bring_in(pages(tmp_path, {"a": "A", "b": "B"}), owner=owner)

    course.refresh_from_db()
    assert course.title == "My title"
    assert Text.objects.get(title="A").content == "<p>my own words</p>"


def test_a_changed_file_takes_the_place_of_the_old_one(tmp_path: Path, media: Path) -> None:
    owner = make_instructor()
    items = item("M", item("F", of="f.pdf"), item("G", of="g.pdf"))
    bring_in(make_package(tmp_path, items, files={"f.pdf": PDF, "g.pdf": PDF}), owner=owner)
    before = dict(File.objects.values_list("title", "file"))

    with_commit = make_package(tmp_path, items, files={"f.pdf": PDF + b"% new", "g.pdf": PDF})
    bring_in(with_commit, owner=owner)

    after = dict(File.objects.values_list("title", "file"))
    assert after["F"] != before["F"]
    assert after["G"] == before["G"]


def test_a_picture_that_changed_is_the_new_one_in_its_texts(tmp_path: Path) -> None:
    owner = make_instructor()
    html = '<img src="a.png" alt="">'
    bring_in(make_page_package(tmp_path, html, {"a.png": picture()}), owner=owner)

    bring_in(make_page_package(tmp_path, html, {"a.png": picture(width=9)}), owner=owner)

    assert Attachment.objects.get().get_absolute_url() in Text.objects.get().content


def test_a_text_leads_to_the_new_file_of_a_content(tmp_path: Path) -> None:
    owner = make_instructor()
    items = item("M", item("P", of="p.html"), item("F", of="f.pdf"))
    page = '<a href="f.pdf">f</a>'
    bring_in(make_package(tmp_path, items, files={"p.html": page, "f.pdf": PDF}), owner=owner)

    bring_in(
        make_package(tmp_path, items, files={"p.html": page, "f.pdf": PDF + b"% new"}), owner=owner
    )

    assert File.objects.get().file_url in Text.objects.get().content


def test_another_kind_takes_the_place(tmp_path: Path) -> None:
    owner = make_instructor()
    course = imported_course(
        make_package(
            tmp_path, item("M", item("A", of="a.html", key="a"), key="m"), files={"a.html": "x"}
        ),
        owner=owner,
    )

    bring_in(
        make_package(
            tmp_path, item("M", item("A", of="a.pdf", key="a"), key="m"), files={"a.pdf": PDF}
        ),
        owner=owner,
    )

    assert outline(course) == {"M": ["A"]}
    assert isinstance(Content.objects.get().item, File)
    assert isinstance(Content.everything.exclude(trashed_at=None).get().item, Text)


def test_a_content_that_moves_to_another_module_is_the_same_one(tmp_path: Path) -> None:
    owner = make_instructor()
    files: dict[str, str | bytes] = {"a.html": "x"}
    course = imported_course(
        make_package(tmp_path, item("M", item("A", of="a.html", key="a")), item("N"), files=files),
        owner=owner,
    )
    content = Content.objects.get()

    bring_in(
        make_package(tmp_path, item("M"), item("N", item("A", of="a.html", key="a")), files=files),
        owner=owner,
    )

    assert outline(course) == {"M": [], "N": ["A"]}
    assert Content.objects.get() == content


def test_the_package_of_another_owner_is_another_course(tmp_path: Path) -> None:
    path = make_package(tmp_path)
    first, second = bring_in(path), bring_in(path)

    assert not second.updated
    assert first.course["slug"] != second.course["slug"]


def test_packages_that_share_a_made_up_identifier_are_two_courses(tmp_path: Path) -> None:
    owner = make_instructor()
    bring_in(make_package(tmp_path, title="One", identifier="cctd0015"), owner=owner)

    report = bring_in(make_package(tmp_path, title="Two", identifier="cctd0015"), owner=owner)

    assert not report.updated
    assert set(Course.objects.values_list("title", flat=True)) == {"One", "Two"}


def test_an_identifier_drawn_by_lot_is_enough_when_the_title_changes(tmp_path: Path) -> None:
    owner = make_instructor()
    bring_in(make_package(tmp_path, title="One"), owner=owner)

    assert bring_in(make_package(tmp_path, title="Two"), owner=owner).updated
    assert Course.objects.get().title == "Two"


def test_an_update_does_not_take_a_course_offline(tmp_path: Path) -> None:
    owner = make_instructor()
    bring_in(make_package(tmp_path), owner=owner, publish=True)
    other = make_subject()

    bring_in(make_package(tmp_path), owner=owner, subject=other)

    assert (Course.objects.get().status, Course.objects.get().subject) == ("published", other)


def test_a_content_deleted_by_hand_comes_back(tmp_path: Path) -> None:
    owner = make_instructor()
    course = imported_course(pages(tmp_path, {"a": "A"}), owner=owner)
    Content.objects.get().delete()

    bring_in(pages(tmp_path, {"a": "A"}), owner=owner)

    assert outline(course) == {"M": ["A"]}


def test_a_course_that_came_from_a_package_can_be_deleted(tmp_path: Path) -> None:
    course = imported_course(
        make_page_package(tmp_path, '<img src="a.png" alt="">', {"a.png": picture()})
    )

    course.delete()

    assert not Text.objects.exists()
    assert not Attachment.objects.exists()


def test_old_and_new_contents_meet_in_a_new_module(tmp_path: Path) -> None:
    owner = make_instructor()
    files: dict[str, str | bytes] = {f"{n}.html": n for n in "abc"}
    old = item("M", item("B", of="b.html"))
    course = imported_course(make_package(tmp_path, old, files=files), owner=owner)

    new = item("N", item("A", of="a.html"), item("B", of="b.html"), item("C", of="c.html"))
    bring_in(make_package(tmp_path, new, files=files), owner=owner)

    assert outline(course) == {"N": ["A", "B", "C"]}


def test_what_the_package_has_no_more_can_be_taken_back_from_the_trash(tmp_path: Path) -> None:
    owner = make_instructor()
    course = imported_course(pages(tmp_path, {"a": "A", "b": "B"}), owner=owner)

    bring_in(pages(tmp_path, {"b": "B"}), owner=owner)

    gone = Content.everything.exclude(trashed_at=None).get()
    assert (str(gone), gone.trashed_by) == ("A", owner)
    restore_content(content=gone)
    assert set(outline(course)["M"]) == {"A", "B"}


def test_a_content_in_the_trash_comes_back_with_what_students_finished(tmp_path: Path) -> None:
    owner, student = make_instructor(), make_user()
    course = imported_course(pages(tmp_path, {"a": "A", "b": "B"}), owner=owner)
    content = Content.objects.get(object_id=Text.objects.get(title="A").pk)
    enrollment = Enrollment.objects.enroll(student, course)
    Completion.objects.create(enrollment=enrollment, content=content)
    trash_content(content=content, by=owner)

    bring_in(pages(tmp_path, {"a": "A", "b": "B"}), owner=owner)

    assert outline(course) == {"M": ["A", "B"]}
    assert Completion.objects.get().content == content


def test_a_content_in_the_trash_that_the_package_has_no_more_stays_there(tmp_path: Path) -> None:
    owner = make_instructor()
    course = imported_course(pages(tmp_path, {"a": "A", "b": "B"}), owner=owner)
    content = Content.objects.get(object_id=Text.objects.get(title="A").pk)
    trash_content(content=content, by=make_instructor())

    report = bring_in(pages(tmp_path, {"b": "B"}), owner=owner)

    content.refresh_from_db()
    assert (outline(course), report.removed) == ({"M": ["B"]}, 0)
    assert content.trashed_by != owner


def test_a_module_in_the_trash_comes_back_with_what_went_with_it(tmp_path: Path) -> None:
    owner = make_instructor()
    course = imported_course(pages(tmp_path, {"a": "A"}), owner=owner)
    module = Module.objects.get()
    make_content(module, title="Mine")
    trash_module(module=module, by=owner)

    bring_in(pages(tmp_path, {"a": "A"}), owner=owner)

    assert outline(course) == {"M": ["A", "Mine"]}
    assert Module.everything.count() == 1


def test_a_module_that_the_package_has_no_more_goes_into_the_trash(tmp_path: Path) -> None:
    owner = make_instructor()
    course = imported_course(make_package(tmp_path, item("Old"), item("Kept")), owner=owner)

    report = bring_in(make_package(tmp_path, item("Kept")), owner=owner)

    assert (outline(course), report.removed) == ({"Kept": []}, 1)
    assert Module.everything.exclude(trashed_at=None).get().title == "Old"


def test_a_content_whose_module_is_in_the_trash_comes_back_where_the_package_has_it(
    tmp_path: Path,
) -> None:
    owner = make_instructor()
    files: dict[str, str | bytes] = {"a.html": "x"}
    old = make_package(tmp_path, item("M", item("A", of="a.html", key="a")), files=files)
    course = imported_course(old, owner=owner)
    trash_module(module=Module.objects.get(), by=owner)

    bring_in(
        make_package(tmp_path, item("N", item("A", of="a.html", key="a")), files=files), owner=owner
    )

    assert outline(course) == {"N": ["A"]}
    assert Content.everything.count() == 1


def test_a_course_in_the_trash_is_left_there_and_a_new_one_made(tmp_path: Path) -> None:
    owner = make_instructor()
    course = imported_course(make_package(tmp_path), owner=owner)
    trash_course(course=course, by=owner)

    report = bring_in(make_package(tmp_path), owner=owner)

    assert (report.updated, Course.objects.present().get() != course) == (False, True)


def test_what_an_import_overwrites_stays_in_the_history_of_the_text(tmp_path: Path) -> None:
    owner = make_instructor()
    imported_course(pages(tmp_path, {"a": "A"}), owner=owner)
    text = Text.objects.get()
    text.content = "<p>my own words</p>"
    text.save()

    bring_in(pages(tmp_path, {"a": "A"}, a="<p>new</p>"), owner=owner)

    assert [version.content for version in text.versions.all()] == [
        "<p>new</p>",
        "<p>my own words</p>",
    ]
