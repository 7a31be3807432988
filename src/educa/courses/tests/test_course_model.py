"""Rules about one course, its subject and its contents."""

from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from educa.accounts.tests.factories import make_user
from educa.courses.models import RESERVED_SLUGS, Content, Course, Subject
from educa.courses.tests.factories import (
    YOUTUBE,
    make_captions,
    make_content,
    make_course,
    make_module,
    make_subject,
    make_text,
    make_video,
)

pytestmark = pytest.mark.django_db


@contextmanager
def refused():
    """The database says no, and the test goes on."""
    with pytest.raises(IntegrityError), transaction.atomic():
        yield


def test_slug_is_suggested_from_the_title():
    assert make_course(title="Waves & Sound").slug == "waves-sound"


def test_slug_that_is_given_is_kept():
    assert make_course(title="Waves", slug="sound").slug == "sound"


def test_second_course_of_a_title_gets_a_number():
    slugs = [make_course(title="Waves").slug for _ in range(3)]

    assert slugs == ["waves", "waves-2", "waves-3"]


def test_slug_stays_when_the_title_changes():
    course = make_course(title="Waves")

    course.title = "Sound"
    course.save()

    assert course.slug == "waves"


@pytest.mark.parametrize("title", ["Волны", "波", "???", "🎓"])
def test_title_without_latin_letters_has_a_slug(title):
    assert make_course(title=title).slug == "course"


def test_long_title_has_a_slug_that_fits():
    first, second = make_course(title="a" * 200), make_course(title="a" * 200)

    assert len(first.slug) <= 200
    assert second.slug == f"{first.slug}-2"


@pytest.mark.parametrize("word", RESERVED_SLUGS)
def test_word_of_the_urls_is_never_suggested(word):
    assert Course.objects.free_slug(word) == f"{word}-2"


def test_word_of_the_urls_is_refused_with_a_reason():
    course = Course(title="Mine", slug="mine", subject=make_subject(), owner=make_user())

    with pytest.raises(ValidationError) as refusal:
        course.full_clean()

    assert refusal.value.message_dict == {"slug": ["“mine” is used by the site itself."]}


def test_word_of_the_urls_is_refused_by_the_database():
    with refused():
        make_course(slug="create")


def test_two_courses_never_share_a_slug():
    make_course(slug="waves")

    with refused():
        make_course(slug="waves")


def test_unknown_status_is_refused_by_the_database():
    with refused():
        make_course(status="hidden")


def test_course_remembers_when_it_was_first_published():
    course = make_course(status="draft")
    assert course.published_at is None
    before = timezone.now()

    course.status = Course.Status.PUBLISHED
    course.save(update_fields=["status"])

    course.refresh_from_db()
    assert before <= course.published_at <= timezone.now()


def test_publishing_again_keeps_the_first_time():
    course = make_course()
    first = course.published_at

    for status in (Course.Status.DRAFT, Course.Status.PUBLISHED):
        course.status = status
        course.save()

    assert course.published_at == first


def test_students_are_reached_from_the_course_and_the_course_from_them():
    course, student = make_course(), make_user()
    make_course().students.add(make_user())

    course.students.add(student)

    assert list(course.students.all()) == [student]
    assert list(student.courses_joined.all()) == [course]


def test_courses_are_reached_from_their_owner_and_subject():
    course = make_course()
    make_course()

    assert list(course.owner.courses_created.all()) == [course]
    assert list(course.subject.courses.all()) == [course]


def test_totals_count_modules_contents_and_students_apart():
    course = make_course()
    for module in (make_module(course), make_module(course)):
        make_content(module)
    course.students.add(*(make_user() for _ in range(3)))
    make_content()

    counted = Course.objects.with_totals().get(pk=course.pk)

    assert (counted.total_modules, counted.total_contents, counted.total_students) == (2, 2, 3)


def test_subjects_count_their_published_courses():
    subject = make_subject()
    for status in Course.Status.values:
        make_course(subject=subject, status=status)

    assert Subject.objects.with_totals().get(pk=subject.pk).total_courses == 1


def test_subjects_come_by_title():
    make_subject(title="B")
    make_subject(title="A")

    assert [subject.title for subject in Subject.objects.all()] == ["A", "B"]


def test_subject_with_courses_is_kept_with_a_reason():
    course = make_course()

    with pytest.raises(models.ProtectedError) as refusal:
        course.subject.delete()

    assert refusal.value.protected_objects == {course}


def test_item_stands_in_one_place_only():
    content = make_content()

    with refused():
        make_content(item=content.item)


def test_content_holds_registered_kinds_only():
    with pytest.raises(ValidationError, match="can't hold a user"):
        Content.objects.create(module=make_module(), item=make_user())


def test_choices_of_a_content_are_the_registered_kinds():
    field = Content._meta.get_field("content_type")

    found = field.related_model.objects.filter(field.get_limit_choices_to())

    assert {content_type.model for content_type in found} <= {"text", "file", "image", "video"}


def test_content_is_called_like_its_item():
    assert str(make_content(title="A title")) == "A title"


def test_html_is_cleaned_when_it_is_saved_and_when_it_is_shown():
    text = make_text(format="html", content="<p onclick=x()>Hello</p><script>y()</script>")

    assert text.content == "<p>Hello</p>"
    type(text).objects.update(content="<p onclick=x()>Hello</p>")
    text.refresh_from_db()
    assert text.html == "<p>Hello</p>"


def test_unknown_format_is_refused_by_the_database():
    with refused():
        make_text(format="bbcode")


@pytest.mark.parametrize("source", [{"url": ""}, {"url": YOUTUBE, "file": "video/x.mp4"}])
def test_video_is_a_link_or_a_file(source):
    with refused():
        make_video(**source)


@pytest.mark.parametrize(
    "url", ["https://evil.example/x", "javascript:alert(1)", "https://youtube.com.evil/watch"]
)
def test_video_of_an_unknown_host_is_refused_with_a_reason(url):
    video = make_video()
    video.url = url

    with pytest.raises(ValidationError) as refusal:
        video.full_clean()

    assert list(refusal.value.message_dict) == ["url"]


def test_language_has_one_caption_track():
    track = make_captions()

    with refused():
        make_captions(track.video)


def test_captions_that_are_no_webvtt_are_refused():
    with pytest.raises(ValidationError):
        make_captions(data=b"1\n00:00:01,000 --> 00:00:02,000\nHello\n")
