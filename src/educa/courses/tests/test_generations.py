"""Whatever changes what is shown of courses makes another generation, in the transaction that changes it."""

from collections import deque

import pytest
from django.db import connection, transaction

from educa.accounts.models import User
from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses import triggers
from educa.courses.generations import generation, generation_of_catalogue
from educa.courses.models import (
    CATALOGUE,
    Content,
    Course,
    Facet,
    Generation,
    Module,
    Subject,
    Text,
)
from educa.courses.tests.factories import (
    make_captions,
    make_content,
    make_course,
    make_module,
    make_subject,
    make_text,
    make_uploaded_video,
)

pytestmark = pytest.mark.django_db(transaction=True)


def of(course, *parts):
    """The generation of a course."""
    return (
        Course.objects.annotate(now=generation(*parts))
        .values_list("now", flat=True)
        .get(pk=course.pk)
    )


@pytest.fixture
def content():
    """A text in a course, beside another course."""
    make_content()
    return make_content()


@pytest.fixture
def course(content):
    """The course of the text."""
    return content.module.course


def save_in_vain(course):
    """Save the course in a transaction, or after a savepoint, that is taken back."""
    with transaction.atomic():
        course.save()
        transaction.set_rollback(True)


A_TRIGGER_LESS = {
    "sqlite": "DROP TRIGGER courses_shown_1_update",
    "postgresql": "DROP TRIGGER courses_shown_1 ON courses_module",
}
STEPS = {
    "course saved": lambda content: content.module.course.save(),
    "course updated": lambda _content: Course.objects.update(title="Other"),
    "course unpublished": lambda _content: Course.objects.update(status="draft"),
    "course in the trash": lambda _content: Course.objects.update(trashed_at="2026-01-01T00:00Z"),
    "subject renamed": lambda _content: Subject.objects.update(title="Other"),
    "owner renamed": lambda _content: User.objects.update(display_name="Other"),
    "co-instructor": lambda content: content.module.course.co_instructors.add(make_instructor()),
    "student": lambda content: content.module.course.students.add(make_user()),
    "module": lambda content: make_module(content.module.course),
    "module renamed": lambda _content: Module.objects.update(title="Other"),
    "modules made in bulk": lambda content: Module.objects.bulk_create([Module(course=content.module.course)]),
    "module deleted": lambda content: content.module.delete(),
    "content deleted": lambda content: content.delete(),
    "content moved": lambda _content: Content.objects.update(order=7),
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_catalogue_and_course_move_on(course, content, step):
    before = of(course), generation_of_catalogue()

    step(content)

    after = of(course), generation_of_catalogue()
    assert after[0] > before[0]
    assert after[1] > before[1]


def test_a_text_moves_its_course_and_not_the_catalogue(course):
    before = of(course), generation_of_catalogue()

    Text.objects.update(content="Other")

    assert of(course) > before[0]
    assert generation_of_catalogue() == before[1]


def test_captions_move_the_course_of_their_video():
    video = make_uploaded_video()
    course = make_content(item=video).module.course
    before = of(course)

    make_captions(video)

    assert of(course) > before


def test_a_change_moves_no_other_course(course, content):
    other = make_course()
    before = of(other)

    content.module.save()
    content.item.save()
    course.students.add(make_user())

    assert of(other) == before


def test_a_content_that_moves_to_another_course_moves_both(course, content):
    module = make_module()
    before = of(course), of(module.course)

    Content.objects.filter(pk=content.pk).update(module=module)

    assert of(course) > before[0]
    assert of(module.course) > before[1]


def test_a_student_is_no_change_of_the_contents(course):
    before = of(course, Facet.CONTENTS)

    course.students.add(make_user())

    assert of(course, Facet.CONTENTS) == before


def test_what_a_student_does_moves_nothing(course, content):
    course.students.add(make_user())
    before = of(course), generation_of_catalogue()

    course.enrollments.update(last_content=content, last_active_at="2026-01-01T00:00Z")

    assert (of(course), generation_of_catalogue()) == before


def test_somebody_who_teaches_nothing_moves_nothing(course):
    before = generation_of_catalogue()

    make_user(display_name="Somebody").save()

    assert generation_of_catalogue() == before


def test_a_subject_without_courses_moves_the_catalogue():
    before = generation_of_catalogue()

    make_subject()

    assert generation_of_catalogue() > before


def test_nothing_moves_when_the_transaction_is_taken_back(course):
    before = of(course)

    save_in_vain(course)

    assert of(course) == before


def test_what_moved_after_a_savepoint_was_taken_back_still_moves(course):
    before = of(course), generation_of_catalogue()

    with transaction.atomic():
        save_in_vain(course)
        course.save()

    assert of(course) > before[0]
    assert generation_of_catalogue() > before[1]


def test_many_changes_leave_few_rows(course):
    deque((course.save() for _ in range(300)), maxlen=0)  # more than any chance leaves

    assert Generation.objects.filter(course=course.pk).count() < 200


def test_a_course_that_is_gone_leaves_no_row(course):
    pk = course.pk

    course.delete()

    assert not Generation.objects.filter(course=pk).exists()


def test_a_course_that_is_made_again_under_its_key_moves_on(course):
    """Whoever takes it for unmoved would show what was kept of another one at 0."""
    pk = course.pk

    with transaction.atomic():
        course.delete()
        again = make_course(pk=pk)

    assert of(again, Facet.CONTENTS) > 0


def test_a_course_that_goes_lets_no_other_be_counted_twice(course):
    """On PostgreSQL a transaction remembers in one text which keys it has moved: 1 is not 91."""
    like = make_course(pk=int(f"9{course.pk}"))
    rows = Generation.objects.filter(course=like.pk)

    with transaction.atomic():
        like.save()
        before = rows.count()
        course.delete()
        like.save()

    assert rows.count() == before


def test_two_times_the_same_change_go_different_ways(course):
    """As after a backup was restored: what was kept before must not be found again."""
    Generation.objects.update(number=100)
    course.save()
    first = of(course)
    Generation.objects.filter(course=course.pk).delete()
    Generation.objects.create(course=course.pk, part=Facet.CONTENTS, number=100)
    course.save()

    assert of(course) != first


def test_triggers_that_are_lost_are_made_again_and_everything_moves(course):
    triggers.drop()
    before = of(course)
    Course.objects.update(title="Nobody hears of it")

    triggers.install()

    assert of(course) != before
    assert triggers.are_ours()


def test_while_triggers_are_away_every_generation_is_0(course):
    triggers.drop()

    Course.objects.update(title="Nobody hears of it")

    assert (of(course), generation_of_catalogue()) == (0, 0)
    assert not triggers.are_ours()


def test_triggers_that_are_away_are_dropped_again_without_a_fault():
    triggers.drop()
    triggers.drop()
    triggers.install()

    assert triggers.are_ours()


def test_an_empty_catalogue_has_a_generation_that_lasts():
    before = generation_of_catalogue()

    triggers.install()

    assert generation_of_catalogue() == before > 0


def test_one_trigger_that_is_lost_is_made_again_and_everything_moves(course):
    before = of(course)
    with connection.cursor() as cursor:
        cursor.execute(A_TRIGGER_LESS[connection.vendor])
    lost = triggers.are_ours()

    triggers.install()

    assert (lost, triggers.are_ours()) == (False, True)
    assert of(course) > before


def test_triggers_are_not_made_twice(course):
    before = of(course)

    triggers.install()

    assert of(course) == before


def test_a_text_among_many_is_one_step(course):
    before = Generation.objects.count()
    make_text()

    Module.objects.bulk_create(Module(course=course) for _ in range(100))

    assert Generation.objects.count() <= before + 4


def test_the_catalogue_takes_one_step_however_many_courses_move_at_once(course):
    rows = Generation.objects.filter(course=CATALOGUE, part=Facet.CONTENTS)
    same = {"owner_id": course.owner_id, "subject_id": course.subject_id}
    Course.objects.bulk_create(
        Course(slug=f"one-of-many-{number}", **same) for number in range(200)
    )
    before = rows.count()

    Course.objects.update(title="Other")

    assert rows.count() <= before + 1
