"""A new course is written in short transactions, and seen when it is whole."""

from collections.abc import Callable
from pathlib import Path

import pytest

from educa.accounts.models import User
from educa.accounts.tests.factories import make_instructor
from educa.courses.models import Attachment, Content, Course, Text
from educa.courses.tests.factories import make_course, make_subject, picture
from educa.interchange import archive, slices
from educa.interchange.actions import import_package
from educa.interchange.actions.making import Watch, discard_leftovers
from educa.interchange.duties import clean_up_transfers
from educa.interchange.models import ImportedCourse
from educa.interchange.tests.conftest import stored
from educa.interchange.tests.factories import bring_in, item, make_package

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def short_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction for each step, and none while a file is read."""
    monkeypatch.setattr(slices, "LONGEST", 0)
    monkeypatch.setattr(slices, "GAP", 0)
    monkeypatch.setattr(archive, "IN_MEMORY", 10)


@pytest.fixture
def owner() -> User:
    return make_instructor()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    pages = {f"{name}.html": f'<p>{name}</p><img src="{name}.png" alt="">' for name in "abc"}
    pictures = {f"{name}.png": picture(width=number + 5) for number, name in enumerate("abc")}
    items = [item(name, of=f"{name}.html", key=name) for name in "abc"]
    return make_package(tmp_path, item("M", *items), files={**pages, **pictures})


class Seen(Watch):
    """Looks at what others see, between two transactions; then perhaps does something."""

    def __init__(self, then: Callable[[], object] = lambda: None, at: int = 3) -> None:
        super().__init__()
        self.rows: list[tuple[int, int]] = []
        self.then, self.at = then, at

    def between(self) -> None:
        present = Course.objects.present().count()
        trashed = sum(Course.objects.in_trash_of(user).count() for user in User.objects.all())
        self.rows.append((present + trashed, Course.objects.count()))
        if len(self.rows) == self.at:
            self.then()


def run(path: Path, owner: User, watch: Watch | None = None) -> None:
    import_package(path, owner=owner, subject=make_subject(), watch=watch)


def test_nobody_sees_a_course_before_it_is_whole(path: Path, owner: User) -> None:
    watch = Seen()

    run(path, owner, watch)

    assert len(watch.rows) > 6
    assert {seen for seen, _there in watch.rows} == {0}
    assert (1 in {there for _seen, there in watch.rows}) is True
    course = Course.objects.present().get()
    assert (course.trashed_at, course.imported.building_until) == (None, None)
    assert [content.item.title for content in Content.objects.all()] == ["a", "b", "c"]


def test_what_breaks_off_leaves_nothing(path: Path, owner: User, media: Path) -> None:
    def fail() -> None:
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError):
        run(path, owner, Seen(fail, at=6))

    assert not Course.objects.exists()
    assert not Text.objects.exists()
    assert not Attachment.objects.exists()
    assert stored(media) == []


def test_what_a_killed_process_left_goes_when_its_time_is_over(
    path: Path, owner: User, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("educa.interchange.actions.making.discard", lambda _course: None)
    with pytest.raises(KeyboardInterrupt):
        run(path, owner, Seen(killed, at=6))
    monkeypatch.undo()
    left = ImportedCourse.objects.get()

    discard_leftovers()
    assert Course.objects.exists()
    ImportedCourse.objects.update(building_until=left.imported_at)
    clean_up_transfers()

    assert not Course.objects.exists()
    assert not Text.objects.exists()
    assert stored(media) == []


def test_two_imports_of_one_package_at_once_make_one_course(path: Path, owner: User) -> None:
    run(path, owner, Seen(lambda: run(path, owner), at=6))

    course = Course.objects.get()
    assert course.owner == owner
    assert Content.objects.count() == 3


def test_a_known_course_is_brought_up_to_date_in_one_transaction(path: Path, owner: User) -> None:
    run(path, owner)
    watch = Seen()

    run(path, owner, watch)

    assert watch.rows == []


def test_beyond_a_quota_nothing_comes_in(
    path: Path, owner: User, media: Path, settings: "pytest.FixtureRequest"
) -> None:
    settings.EDUCA_COURSE_QUOTA = 100  # type: ignore[attr-defined] # pytest-django's

    with pytest.raises(Exception, match="no room"):
        run(path, owner)

    assert not Course.objects.exists()
    assert stored(media) == []


def test_a_course_that_is_being_imported_takes_its_slug(path: Path, owner: User) -> None:
    run(path, owner, Seen(lambda: make_course(title="A course"), at=6))

    assert set(Course.objects.values_list("slug", flat=True)) == {"a-course", "a-course-2"}


def test_the_same_report_comes_of_it(path: Path, owner: User) -> None:
    assert bring_in(path, owner=owner).totals() == {
        "imported": 6,
        "simplified": 0,
        "kept as file": 0,
        "skipped": 0,
    }
