"""Courses that programs make, change, publish and delete."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.api.models import Scope
from educa.api.tests.authoring import Author, errors, refused
from educa.courses.actions import trash_course
from educa.courses.models import Course, Module
from educa.courses.tests.factories import (
    make_content,
    make_course,
    make_module,
    make_subject,
    picture,
)
from educa.lib.trash import DOOMED
from educa.students.tests.factories import make_enrollment

pytestmark = pytest.mark.django_db
DRAFT, PUBLISHED = Course.Status.DRAFT, Course.Status.PUBLISHED


@pytest.fixture
def author(db: None) -> Author:
    return Author(make_instructor())


@pytest.fixture
def course(author: Author) -> Course:
    course = make_course(owner=author.user, title="Waves", overview="Of water.")
    make_content(make_module(course))
    return course


def values_of(course: Course) -> dict[str, object]:
    """All that its row holds."""
    return dict(Course.objects.filter(pk=course.pk).values()[0])


def test_a_new_course_is_a_draft_of_whoever_makes_it(author):
    subject = make_subject()

    answer = author.post("courses/", {"title": "Waves", "subject": subject.pk})

    made = Course.objects.get()
    assert (answer.status_code, made.owner, made.status) == (201, author.user, DRAFT)
    assert answer["Location"] == f"http://testserver/api/courses/{made.pk}/"
    assert answer.json() == author.read(f"courses/{made.pk}/").json()
    assert answer["ETag"] == author.tag(f"courses/{made.pk}/")
    assert answer.json()["slug"] == "waves"


def test_a_course_can_come_with_a_cover(author):
    cover = SimpleUploadedFile("cover.png", picture())

    answer = author.send("courses/", title="Waves", subject=make_subject().pk, cover=cover)

    assert answer.status_code == 201
    assert answer.json()["cover"].startswith("http://testserver/media/cover/")


def test_a_cover_is_taken_away_by_null(author, course):
    course.cover.save("cover.png", SimpleUploadedFile("cover.png", picture()))

    answer = author.patch(f"courses/{course.pk}/", {"cover": None})

    assert (answer.status_code, answer.json()["cover"]) == (200, None)


def test_a_cover_that_is_no_picture_is_refused(author):
    cover = SimpleUploadedFile("cover.png", b"GIF89a?")

    answer = author.send("courses/", title="Waves", subject=make_subject().pk, cover=cover)

    assert errors(answer).keys() == {"cover"}
    assert not Course.objects.exists()


def test_each_field_that_is_wrong_is_named(author):
    taken = make_course().slug

    answer = author.post("courses/", {"title": "", "slug": taken, "subject": 0})

    assert errors(answer) == {
        "title": "required",
        "slug": "unique",
        "subject": "invalid_choice",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", 5),
        ("title", None),
        ("title", {"a": "b"}),
        ("title", ["Waves"]),
        ("subject", True),
        ("subject", {"id": 1}),
        ("subject", 1.5),
        ("overview", 1.5),
        ("cover", "picture.png"),
    ],
)
def test_a_value_of_another_type_is_refused(author, course, field, value):
    before = values_of(course)

    answer = author.patch(f"courses/{course.pk}/", {field: value})

    assert errors(answer) == {field: "type"}
    assert values_of(course) == before


FIELDS = [field.name for field in Course._meta.get_fields()]
OTHERS = ["pk", "id", "user", "is_staff", "groups", "course", "price", "modules", "url"]
UNSAID = sorted({*FIELDS, *OTHERS} - {"title", "slug", "subject", "overview", "cover"})


@pytest.mark.parametrize("field", UNSAID)
def test_nothing_else_of_a_course_can_be_written(author, course, field):
    before = values_of(course)

    answer = author.patch(f"courses/{course.pk}/", {"title": "New", field: 1})

    assert errors(answer) == {field: "unknown"}
    assert values_of(course) == before


def test_what_is_left_out_stays(author, course):
    answer = author.patch(f"courses/{course.pk}/", {"title": "Light"})

    course.refresh_from_db()
    assert answer.json()["title"] == course.title == "Light"
    assert (course.overview, course.slug) == ("Of water.", "waves")


def test_a_change_to_a_state_that_is_over_is_refused(author, course):
    path = f"courses/{course.pk}/"
    tag = author.tag(path)
    author.patch(path, {"title": "Light"})

    answer = author.patch(path, {"title": "Sound"}, If_Match=tag)

    assert refused(answer) == (412, "changed")
    assert Course.objects.get().title == "Light"


def test_a_change_to_the_present_state_is_made_and_gives_the_next_one(author, course):
    path = f"courses/{course.pk}/"

    answer = author.patch(path, {"title": "Light"}, If_Match=author.tag(path))

    assert answer.status_code == 200
    assert answer["ETag"] == author.tag(path)


@pytest.mark.parametrize("condition", ["*", 'W/{tag}, "other"', "{tag}"])
def test_a_tag_counts_though_a_proxy_made_it_weak(author, course, condition):
    path = f"courses/{course.pk}/"
    condition = condition.format(tag=author.tag(path))

    assert author.patch(path, {"title": "Light"}, If_Match=condition).status_code == 200


@pytest.mark.parametrize("condition", ["", "tag", '"other"', "{tag}x"])
def test_a_condition_that_nothing_meets_lets_nothing_through(author, course, condition):
    path = f"courses/{course.pk}/"
    condition = condition.format(tag=author.tag(path)[:-1])

    answer = author.patch(path, {"title": "Light"}, If_Match=condition)

    assert refused(answer) == (412, "changed")


def test_a_course_is_published_and_made_a_draft_again(author, course):
    path, visitor = f"courses/{course.pk}/", Client()
    author.post(f"{path}unpublish/")
    hidden = visitor.get(f"/api/{path}")

    answer = author.post(f"{path}publish/")

    assert (answer.status_code, answer.json()["status"]) == (200, "published")
    assert (hidden.status_code, visitor.get(f"/api/{path}").status_code) == (404, 200)


def test_a_course_with_nothing_to_read_is_not_published(author):
    empty = make_course(owner=author.user, status=DRAFT)

    answer = author.post(f"courses/{empty.pk}/publish/")

    assert refused(answer) == (409, "problems")
    assert Course.objects.get().status == DRAFT


def test_an_archived_course_takes_nobody_any_more(author, course):
    answer = author.post(f"courses/{course.pk}/archive/")

    assert (answer.status_code, answer.json()["status"]) == (200, "archived")


@pytest.mark.parametrize(
    ("step", "would"),
    [
        ("publish", {"courses": 0}),
        ("unpublish", {"courses": 1}),
        ("archive", {"courses": 1}),
        ("duplicate", {"courses": 1, "modules": 1, "contents": 1, "students": 0}),
    ],
)
def test_what_is_only_tried_changes_nothing(author, course, step, would):
    before = values_of(course)

    answer = author.post(f"courses/{course.pk}/{step}/?dry_run=true")

    assert (answer.status_code, answer.json()) == (200, {"dry_run": True, "would": would})
    assert "ETag" not in answer
    assert values_of(course) == before
    assert Course.objects.count() == 1


def test_trying_finds_what_would_be_refused(author):
    empty = make_course(owner=author.user, status=DRAFT)

    answer = author.post(f"courses/{empty.pk}/publish/?dry_run=true")

    assert refused(answer) == (409, "problems")


@pytest.mark.parametrize("parameter", ["dryrun=true", "dry_run=perhaps", "dry_run=true&x=1"])
def test_who_misspells_that_they_only_try_does_nothing(author, course, parameter):
    answer = author.delete(f"courses/{course.pk}/?{parameter}")

    assert answer.status_code == 400
    assert Course.objects.present().exists()


def test_a_change_that_can_not_be_tried_is_not_made(author, course):
    answer = author.patch(f"courses/{course.pk}/?dry_run=true", {"title": "Light"})

    assert errors(answer) == {"dry_run": "unknown"}
    assert Course.objects.get().title == "Waves"


def test_a_deleted_course_waits_in_the_trash(author, course):
    answer = author.delete(f"courses/{course.pk}/")

    course.refresh_from_db()
    assert (answer.status_code, answer.content) == (204, b"")
    assert (course.trashed_by, author.read(f"courses/{course.pk}/").status_code) == (
        author.user,
        404,
    )


def test_trying_to_delete_says_what_would_go(author, course):
    make_enrollment(course=course)

    answer = author.delete(f"courses/{course.pk}/?dry_run=true")

    would = {"courses": 1, "modules": 1, "contents": 1, "students": 1}
    assert answer.json() == {"dry_run": True, "would": would}
    assert Course.objects.present().exists()


def test_a_course_that_has_changed_is_not_deleted(author, course):
    tag = author.tag(f"courses/{course.pk}/")
    make_module(course)

    answer = author.delete(f"courses/{course.pk}/", If_Match=tag)

    assert refused(answer) == (412, "changed")
    assert Course.objects.present().exists()


def test_its_owner_takes_a_course_back_and_twice_is_once(author, course):
    trash_course(course=course, by=author.user)

    answers = [author.post(f"courses/{course.pk}/restore/") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["status"] == "published"


def test_somebody_else_takes_nothing_back(author, course):
    helper, other = Author(make_instructor()), Author(make_instructor())
    course.co_instructors.add(helper.user)
    trash_course(course=course, by=author.user)

    answers = [each.post(f"courses/{course.pk}/restore/") for each in (helper, other)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert not Course.objects.present().exists()


def test_a_course_that_is_going_for_good_does_not_come_back(author, course):
    Course.objects.update(trashed_at=DOOMED)

    answer = author.post(f"courses/{course.pk}/restore/")

    assert answer.status_code == 404


def test_a_copy_is_a_draft_of_whoever_makes_it(author, course):
    helper = Author(make_instructor())
    course.co_instructors.add(helper.user)

    answer = helper.post(f"courses/{course.pk}/duplicate/")

    copy = Course.objects.get(owner=helper.user)
    assert (answer.status_code, answer.json()["id"], copy.status) == (201, copy.pk, DRAFT)
    assert answer["Location"].endswith(f"/api/courses/{copy.pk}/")
    assert copy.modules.get().contents.count() == 1


def test_modules_get_the_order_that_is_asked_for(author, course):
    first = Module.objects.get()
    second, third = make_module(course), make_module(course)

    answer = author.post(
        f"courses/{course.pk}/reorder/", {"modules": [third.pk, first.pk, second.pk]}
    )

    listed = [module["id"] for module in answer.json()["modules"]]
    assert listed == [third.pk, first.pk, second.pk]


def test_an_order_is_only_tried(author, course):
    first, second, third = Module.objects.get(), make_module(course), make_module(course)
    asked = [second.pk, first.pk, third.pk]

    answer = author.post(f"courses/{course.pk}/reorder/?dry_run=1", {"modules": asked})

    assert answer.json() == {"dry_run": True, "would": {"modules": 2}}
    assert list(Module.objects.values_list("pk", flat=True)) == [first.pk, second.pk, third.pk]


def test_an_order_with_a_module_of_somebody_else_moves_nothing(author, course):
    mine, stranger = make_module(course), make_module()
    first = Module.objects.filter(course=course).first()

    answer = author.post(
        f"courses/{course.pk}/reorder/", {"modules": [mine.pk, stranger.pk, first.pk]}
    )

    assert answer.status_code == 404
    mine.refresh_from_db()
    assert mine.order == 1


@pytest.mark.parametrize("keys", [[], [0], ["x"], [1, 1], [-1], [2**63], [1.5], None, "1", [[1]]])
def test_an_order_that_is_none_is_refused(author, course, keys):
    answer = author.post(f"courses/{course.pk}/reorder/", {"modules": keys})

    assert answer.status_code in {400, 404, 409}
    assert answer["Content-Type"] == "application/problem+json"


def test_an_order_of_modules_that_are_not_all_is_a_conflict(author, course):
    first = Module.objects.get()
    make_module(course)

    answer = author.post(f"courses/{course.pk}/reorder/", {"modules": [first.pk]})

    assert refused(answer) == (409, "outline")


def test_an_order_for_a_state_that_is_over_is_refused(author, course):
    first, tag = Module.objects.get(), author.tag(f"courses/{course.pk}/")
    Module.objects.update(title="Other")

    answer = author.post(f"courses/{course.pk}/reorder/", {"modules": [first.pk]}, If_Match=tag)

    assert refused(answer) == (412, "changed")


STEPS = ["publish", "unpublish", "archive", "duplicate"]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_takes_no_words(author, course, step):
    answer = author.post(f"courses/{course.pk}/{step}/", {"force": True})

    assert errors(answer) == {"force": "unknown"}


@pytest.mark.parametrize("scope", [Scope.READ, Scope.LEARN])
def test_a_token_for_something_else_builds_nothing(author, course, scope):
    weak = Author(author.user, scope)

    answers = [
        weak.post("courses/", {"title": "New", "subject": course.subject_id}),
        weak.patch(f"courses/{course.pk}/", {"title": "New"}),
        weak.delete(f"courses/{course.pk}/"),
        weak.post(f"courses/{course.pk}/publish/"),
    ]

    assert [refused(answer) for answer in answers] == [(403, "scope")] * 4
    assert Course.objects.get().title == "Waves"


def test_a_token_for_building_enrolls_nobody(course):
    answer = Author(make_user(), Scope.TEACH).post(f"courses/{course.pk}/enroll/")

    assert refused(answer) == (403, "scope")


@pytest.mark.parametrize("make", [make_user, make_instructor, make_admin])
def test_who_sees_a_course_and_does_not_teach_it_changes_nothing(course, make):
    other = Author(make())

    answers = [
        other.patch(f"courses/{course.pk}/", {"title": "New"}),
        other.delete(f"courses/{course.pk}/"),
        other.post(f"courses/{course.pk}/duplicate/"),
    ]

    assert [refused(answer) for answer in answers] == [(403, "permission_denied")] * 3
    assert Course.objects.get().title == "Waves"


def test_who_does_not_see_a_course_does_not_learn_that_it_is_there(author):
    draft = make_course(status=DRAFT)

    answers = [author.patch(f"courses/{key}/", {"title": "New"}) for key in (draft.pk, 10**9)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_a_co_instructor_edits_a_course_and_does_not_delete_it(course):
    helper = Author(make_instructor())
    course.co_instructors.add(helper.user)

    edited = helper.patch(f"courses/{course.pk}/", {"title": "Light"})
    deleted = helper.delete(f"courses/{course.pk}/")

    assert (edited.status_code, deleted.status_code) == (200, 403)
    assert Course.objects.present().get().title == "Light"


def test_who_is_no_instructor_any_more_changes_nothing(author, course):
    author.user.groups.clear()

    answer = author.patch(f"courses/{course.pk}/", {"title": "New"})

    assert refused(answer) == (403, "permission_denied")


def test_a_student_makes_no_course():
    subject = make_subject()

    answer = Author(make_user()).post("courses/", {"title": "Mine", "subject": subject.pk})

    assert refused(answer) == (403, "permission_denied")


@pytest.mark.parametrize("body", ["[]", "5", '"x"', "null", "[{}]", "{"])
def test_a_body_that_is_no_object_is_refused(author, course, body):
    path = f"/api/courses/{course.pk}/"

    answer = author.client.patch(path, body, "application/json")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_a_text_too_long_for_a_body_is_refused(author, course, settings):
    words = "a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)

    answer = author.patch(f"courses/{course.pk}/", {"overview": words})

    assert refused(answer) == (413, "too_large")


def test_a_form_of_a_page_is_not_understood(author, course):
    path = f"/api/courses/{course.pk}/"

    answer = author.client.patch(path, "title=New", "application/x-www-form-urlencoded")

    assert refused(answer) == (415, "unsupported_media_type")


def test_a_field_that_comes_twice_is_refused(author):
    answer = author.send("courses/", title=["One", "Two"], subject=make_subject().pk)

    assert errors(answer) == {"title": "type"}
