"""How contents and courses come to be done, told by the player."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.actions import restore_content, trash_content
from educa.courses.models import Content, Course
from educa.courses.tests.factories import (
    MP4,
    make_content,
    make_file,
    make_module,
    make_uploaded_video,
)
from educa.students.models import Completion, Enrollment, Position
from educa.students.signals import course_completed
from educa.students.tests.factories import make_completion, make_enrollment

pytestmark = pytest.mark.django_db


@pytest.fixture
def module():
    """A module of a course that somebody else has studied to the end already."""
    return make_module()


@pytest.fixture
def enrollment(client, module):
    """The place of a student who is signed in."""
    enrollment = Enrollment.objects.enroll(make_user(), module.course)
    client.force_login(enrollment.student)
    return enrollment


@pytest.fixture
def announced():
    """The places whose courses were announced as completed."""
    heard = []

    def hear(enrollment, **_kwargs):
        heard.append(enrollment)

    course_completed.connect(hear)
    yield heard
    course_completed.disconnect(hear)


def address_of(content):
    return reverse("student_content_progress", args=[content.module.course_id, content.pk])


def page_of(content):
    return reverse("student_content_detail", args=[content.module.course_id, content.pk])


def tell(client, content, **event):
    return client.post(address_of(content), event, content_type="application/json")


def is_done(content, enrollment):
    return Completion.objects.filter(content=content, enrollment=enrollment).exists()


@pytest.mark.parametrize("kind", ["text", "image", "file"])
def test_what_is_read_to_its_end_is_done(client, module, enrollment, kind):
    content, _other = make_content(module, kind), make_content(module)

    answer = tell(client, content, read=True)

    assert answer.json() == {
        "done": True,
        "progress": {"done": 1, "total": 2, "percent": 50},
        "completed_at": None,
    }


@pytest.mark.parametrize(("name", "data"), [("film.mp4", MP4), ("sound.wav", b"RIFF\0\0\0\0WAVE")])
def test_file_that_a_player_shows_is_done_by_playing_it(client, module, enrollment, name, data):
    content = make_content(module, item=make_file(name, data))
    assertContains(client.get(page_of(content)), "when you have played 90 per cent")
    tell(client, content, read=True)
    tell(client, content, watched=[[0, 80]], duration=100)
    assert not is_done(content, enrollment)

    tell(client, content, watched=[[80, 95]], duration=100)

    assert is_done(content, enrollment)


def test_linked_video_is_done_by_hand_alone(client, module, enrollment):
    content = make_content(module, "video")
    tell(client, content, read=True)
    tell(client, content, watched=[[0, 60]], duration=60)
    assert not is_done(content, enrollment)

    tell(client, content, done=True)

    assert is_done(content, enrollment)


def test_uploaded_video_is_done_when_90_per_cent_of_it_was_played(client, module, enrollment):
    content = make_content(module, item=make_uploaded_video())
    tell(client, content, read=True)
    tell(client, content, watched=[[50, 100], [0, 30]], duration=100)
    tell(client, content, watched=[[0, 30]], duration=100)
    assert not is_done(content, enrollment)

    tell(client, content, watched=[[28, 42]], duration=100)

    assert is_done(content, enrollment)
    assert Position.objects.get().watched == [[0, 42], [50, 100]]


def test_length_of_a_video_is_the_longest_that_was_told(client, module, enrollment):
    content = make_content(module, item=make_uploaded_video())
    tell(client, content, duration=100)

    tell(client, content, watched=[[0, 10]], duration=10)

    assert not is_done(content, enrollment)


def test_video_that_knows_its_length_has_the_last_word(client, module, enrollment):
    content = make_content(module, item=make_uploaded_video(duration=100))

    tell(client, content, watched=[[0, 10]], duration=10)

    assert not is_done(content, enrollment)


def test_telling_twice_changes_nothing(client, module, enrollment):
    content = make_content(module)
    answers = [tell(client, content, read=True).json() for _ in range(2)]

    assert answers[0] == answers[1]
    assert Completion.objects.count() == 1


def test_what_was_unmarked_by_hand_stays_so_whatever_comes_late(client, module, enrollment):
    content = make_content(module)
    tell(client, content, read=True)
    tell(client, content, done=False)

    tell(client, content, read=True, age=600)
    tell(client, content, done=True, age=600)

    assert not is_done(content, enrollment)
    assertContains(client.get(page_of(content)), 'data-by-hand="true"')


def test_what_was_unmarked_is_marked_again_by_hand(client, module, enrollment):
    content = make_content(module)
    tell(client, content, done=False)

    tell(client, content, done=True)

    assert is_done(content, enrollment)


def test_unmarking_that_comes_late_does_not_undo_what_was_done_since(client, module, enrollment):
    content = make_content(module)
    tell(client, content, read=True)

    tell(client, content, done=False, age=600)

    assert is_done(content, enrollment)


def test_place_is_that_of_the_newest_event(client, module, enrollment):
    content = make_content(module)
    tell(client, content, paragraph=7, second=70)

    tell(client, content, paragraph=2, second=20, age=600)
    late = Position.objects.get()
    tell(client, content, paragraph=3)
    now = Position.objects.get()

    assert [(late.paragraph, late.second), (now.paragraph, now.second)] == [(7, 70), (3, 70)]


def test_places_that_all_come_late_are_in_the_order_in_which_they_were_read(
    client, module, enrollment
):
    content = make_content(module)
    tell(client, content, paragraph=2, age=3600)
    tell(client, content, paragraph=7, age=600)
    tell(client, content, paragraph=7, age=60)

    tell(client, content, paragraph=4, age=300)

    place = Position.objects.get()
    assert place.paragraph == 7
    assert timezone.now() - place.updated_at < timedelta(minutes=2)


def test_unmarking_counts_though_the_reading_before_it_came_late(client, module, enrollment):
    content = make_content(module)
    tell(client, content, read=True, age=3600)
    known = Completion.objects.get().completed_at

    tell(client, content, done=False, age=600)

    assert timezone.now() - known > timedelta(minutes=59)
    assert not is_done(content, enrollment)


def test_what_was_played_of_another_film_does_not_count(client, module, enrollment):
    content, other = (make_content(module, item=make_uploaded_video()) for _ in range(2))
    tell(client, content, watched=[[0, 85]], second=85, duration=100)
    tell(client, other, watched=[[0, 80]], second=80, duration=100)
    film = content.item
    film.file = ContentFile(MP4, "other.mp4")
    film.save()

    tell(client, content, watched=[[95, 100]], duration=100)

    assert not is_done(content, enrollment)
    places = {place.content: (place.watched, place.second) for place in Position.objects.all()}
    assert places == {content: ([[95, 100]], 0), other: ([[0, 80]], 80)}


def test_what_was_played_stays_when_a_film_gets_another_title(client, module, enrollment):
    content = make_content(module, item=make_uploaded_video())
    tell(client, content, watched=[[0, 85]], duration=100)
    content.item.title = "Another"
    content.item.save()

    tell(client, content, watched=[[95, 100]], duration=100)

    assert is_done(content, enrollment)


def test_page_opens_at_the_place(client, module, enrollment):
    content = make_content(module)
    tell(client, content, paragraph=7, second=70)

    assertContains(client.get(page_of(content)), 'data-paragraph="7" data-start="70"')


def test_opening_is_noted_and_what_comes_late_is_not(client, module, enrollment):
    first, second = make_content(module), make_content(module)
    tell(client, first, opened=True)

    tell(client, second, opened=True, age=600)

    enrollment.refresh_from_db()
    assert enrollment.last_content == first
    assert timezone.now() - enrollment.last_active_at < timedelta(minutes=1)


def test_who_reads_on_is_active(client, module, enrollment):
    content = make_content(module)
    Enrollment.objects.update(last_active_at=timezone.now() - timedelta(minutes=5))

    tell(client, content, paragraph=2)

    enrollment.refresh_from_db()
    assert timezone.now() - enrollment.last_active_at < timedelta(minutes=1)
    assert enrollment.last_content is None


def test_activity_is_noted_once_a_minute(client, module, enrollment):
    content = make_content(module)
    before = timezone.now() - timedelta(seconds=30)
    Enrollment.objects.update(last_active_at=before, last_content=content)

    tell(client, content, opened=True)
    client.get(page_of(content))

    enrollment.refresh_from_db()
    assert enrollment.last_active_at == before


def test_course_is_completed_with_its_last_content_and_announced_once(
    client, module, enrollment, announced
):
    first, last = make_content(module), make_content(module)
    tell(client, first, read=True)
    assert announced == []

    answer = tell(client, last, read=True)
    tell(client, last, done=False)
    tell(client, last, done=True)

    enrollment.refresh_from_db()
    assert announced == [enrollment]
    assert answer.json()["completed_at"] == enrollment.completed_at.isoformat()


def test_content_that_is_added_later_takes_nothing_away(client, module, enrollment):
    tell(client, make_content(module), read=True)
    new, _other = make_content(module), make_content(module)

    page = client.get(page_of(new))

    enrollment.refresh_from_db()
    assert enrollment.completed_at is not None
    assertContains(page, "Completed on")
    assertContains(page, "2 contents are new")


def test_what_was_unmarked_is_not_new(client, module, enrollment):
    content = make_content(module)
    tell(client, content, done=True)
    tell(client, content, done=False)

    page = client.get(page_of(content))

    assertContains(page, "Completed on")
    assert page.context["new"] == 0


def test_deletion_that_is_taken_back_completes_no_course(client, module, enrollment, announced):
    done, unfinished = make_content(module), make_content(module)
    make_completion(enrollment, done)
    make_completion(make_enrollment(course=module.course), unfinished)  # somebody else's
    trash_content(content=unfinished, by=module.course.owner)

    client.get(page_of(done))
    tell(client, done, read=True)
    restore_content(content=unfinished)

    enrollment.refresh_from_db()
    assert (announced, enrollment.completed_at) == ([], None)


def test_deletion_of_the_day_before_is_not_waited_for(client, module, enrollment):
    done, deleted = make_content(module), make_content(module)
    trash_content(content=deleted, by=module.course.owner)
    before = timezone.now() - timedelta(days=1, minutes=1)
    Content.everything.filter(pk=deleted.pk).update(trashed_at=before)

    assert tell(client, done, read=True).json()["completed_at"]


def test_what_was_done_before_it_was_deleted_is_not_waited_for(client, module, enrollment):
    done, deleted = make_content(module), make_content(module)
    make_completion(enrollment, deleted)
    trash_content(content=deleted, by=module.course.owner)

    assert tell(client, done, read=True).json()["completed_at"]


def test_course_is_completed_when_the_last_that_was_open_is_gone_for_good(
    client, module, enrollment, announced
):
    done, unfinished = make_content(module), make_content(module)
    make_completion(enrollment, done)
    unfinished.delete()

    client.get(page_of(done))
    client.get(page_of(done))

    assert announced == [enrollment]


def test_progress_of_others_is_untouched(client, module, enrollment):
    content = make_content(module)
    other = Enrollment.objects.enroll(make_user(), module.course)

    tell(client, content, read=True, paragraph=3, opened=True)

    other.refresh_from_db()
    assert (other.last_content, other.completed_at) == (None, None)
    assert not Completion.objects.filter(enrollment=other).exists()
    assert not Position.objects.filter(enrollment=other).exists()


@pytest.mark.parametrize("role", ["owner", "co-instructor", "administrator"])
def test_who_teaches_or_looks_after_the_course_leaves_no_trace(client, module, role):
    content = make_content(module)
    person = {"owner": module.course.owner, "co-instructor": make_instructor()}.get(role)
    person = person or make_admin()
    if role == "co-instructor":
        module.course.co_instructors.add(person)
    if role != "administrator":  # they were a student once
        Enrollment.objects.enroll(person, module.course)
    client.force_login(person)

    answer = tell(client, content, read=True, opened=True)
    client.get(page_of(content))

    assert answer.status_code == 404
    assert not Completion.objects.exists()
    assert not Enrollment.objects.exclude(last_content=None).exists()


def test_who_left_or_is_no_student_leaves_no_trace(client, module, enrollment):
    content = make_content(module)
    Enrollment.objects.leave(enrollment.student, module.course)

    assert tell(client, content, read=True).status_code == 403
    assert not Completion.objects.exists()


def test_nothing_is_noted_in_a_draft(client, module, enrollment):
    content = make_content(module)
    Course.objects.update(status=Course.Status.DRAFT)

    assert tell(client, content, read=True).status_code == 404
    assert not Completion.objects.exists()


def test_content_of_another_course_or_in_the_trash_is_not_found(client, module, enrollment):
    foreign, gone = make_content(), make_content(module)
    Enrollment.objects.enroll(enrollment.student, foreign.module.course)
    trash_content(content=gone, by=module.course.owner)
    through_this = reverse("student_content_progress", args=[module.course_id, foreign.pk])

    answers = [
        client.post(through_this, {"read": True}, content_type="application/json"),
        tell(client, gone, read=True),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert not Completion.objects.exists()


def test_visitor_signs_in_first(client):
    content = make_content()
    path = address_of(content)

    assertRedirects(
        client.post(path, {"done": "true"}),
        f"{reverse('login')}?next={path}",
        fetch_redirect_response=False,
    )


def test_what_is_not_understood_is_refused_and_changes_nothing(client, module, enrollment):
    content = make_content(module)
    path = address_of(content)

    answers = [
        client.post(path, b'{"student": 1}', content_type="application/json"),
        client.post(path, {"read": "true"}),
        client.post(path, b"read", content_type="text/plain"),
        client.post(path, b" " * 20_000, content_type="application/json"),
        client.get(path),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 415, 413, 405]
    assert not Completion.objects.exists()
    assert not Position.objects.exists()


def test_form_that_is_not_understood_is_answered_with_a_page(client, module, enrollment):
    answer = client.post(address_of(make_content(module)), {"done": "maybe"})

    assertContains(answer, "<h1", status_code=400)


def test_nothing_is_noted_of_who_has_signed_in_meanwhile(client, module, enrollment):
    content, other = make_content(module), make_user()
    event = {"data": {"read": True}, "content_type": "application/json"}

    theirs = client.post(address_of(content), **event, headers={"X-Educa-User": str(other.pk)})
    own = {"X-Educa-User": str(enrollment.student.pk)}

    assert (theirs.status_code, theirs.json()["error"]["code"]) == (409, "somebody-else")
    assert not is_done(content, enrollment)
    assert client.post(address_of(content), **event, headers=own).status_code == 200


def test_button_marks_without_scripts(client, module, enrollment):
    content = make_content(module)
    make_content(module)

    assertRedirects(client.post(address_of(content), {"done": "true"}), f"{page_of(content)}#done")
    assert is_done(content, enrollment)
    client.post(address_of(content), {"done": "false"})

    assert not is_done(content, enrollment)


def test_button_that_completes_the_course_says_so(client, module, enrollment):
    content = make_content(module)

    answer = client.post(address_of(content), {"done": "true"}, follow=True)

    assertContains(answer, "You have completed this course.")


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({}, "when you reach the end"),
        ({"kind": "video"}, "Mark it as done yourself"),
        ({"item": make_file}, "when you open or download it"),
        ({"item": make_uploaded_video}, "when you have played 90 per cent"),
    ],
)
def test_page_says_by_which_rule_it_is_done(client, module, enrollment, item, words):
    made = {name: make() if callable(make) else make for name, make in item.items()}

    assertContains(client.get(page_of(make_content(module, **made))), words)


def test_cost_of_telling_does_not_grow_with_the_course(
    client, module, enrollment, django_assert_max_num_queries
):
    content = make_content(module)
    tell(client, content, read=True)
    for _ in range(9):
        make_content(make_module(module.course))

    with django_assert_max_num_queries(18):
        tell(client, content, read=True, paragraph=2, opened=True)
