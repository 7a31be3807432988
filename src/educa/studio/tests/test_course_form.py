"""Making a course, and what it says of itself."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.actions import trash_course
from educa.courses.models import Course
from educa.courses.tests.factories import make_course, make_subject, picture

pytestmark = pytest.mark.django_db

CREATE = "/course/create/"


@pytest.fixture
def instructor(client):
    """Somebody who teaches, signed in."""
    person = make_instructor()
    client.force_login(person)
    return person


@pytest.fixture
def words():
    """What a new course may say of itself."""
    return {"title": "Waves and sound", "slug": "", "subject": make_subject().pk, "overview": "Hi."}


@pytest.fixture
def course(instructor):
    return make_course(
        owner=instructor, title="Waves", slug="waves", overview="Old.", status="draft"
    )


def page(course):
    return reverse("course_edit", args=[course.pk])


def words_of(course, **changes):
    """What the form of the course sends when only these fields were changed."""
    values = {
        "title": course.title,
        "slug": course.slug,
        "subject": course.subject_id,
        "overview": course.overview,
    }
    return values | changes


def seen_on(client, course):
    """The form with the state that its page carries."""
    return words_of(course, seen=client.get(page(course)).context["seen"])


def test_a_new_course_is_a_draft_of_whoever_made_it_with_a_slug_from_its_title(
    client, instructor, words
):
    response = client.post(CREATE, words)

    course = Course.objects.get()
    assert (course.owner, course.status, course.slug) == (instructor, "draft", "waves-and-sound")
    assertRedirects(response, reverse("course_outline", args=[course.pk]))


def test_nothing_in_the_request_sets_owner_status_or_date(client, instructor, words):
    other = make_instructor()
    wanted = {"owner": other.pk, "status": "published", "published_at": "2020-01-01", "pk": 77}
    wanted |= {"id": 77, "co_instructors": other.pk, "trashed_at": "2020-01-01"}

    client.post(CREATE, words | wanted)
    course = Course.objects.get()
    client.post(page(course), words_of(course) | wanted)

    course.refresh_from_db()
    assert (course.owner, course.status, course.published_at) == (instructor, "draft", None)
    assert (course.trashed_at, course.co_instructors.count()) == (None, 0)
    assert course.pk != 77


@pytest.mark.parametrize("slug", ["mine", "create", "trash", "module", "import"])
def test_a_word_of_the_addresses_is_no_slug(client, instructor, words, slug):
    assertContains(client.post(CREATE, words | {"slug": slug}), "is used by the site itself")
    assert not Course.objects.exists()


def test_a_slug_that_another_course_has_is_refused_with_a_word(client, instructor, words):
    make_course(slug="waves")

    assertContains(client.post(CREATE, words | {"slug": "waves"}), "has this address already")


def test_a_slug_stays_taken_while_its_course_is_in_the_trash(client, instructor, words):
    course = make_course(slug="waves")
    trash_course(course=course, by=course.owner)

    assertContains(client.post(CREATE, words | {"slug": "waves"}), "has this address already")


@pytest.fixture
def somebody_faster():
    """Takes a slug right after it was found to be free."""
    owner, subject = make_instructor(), make_subject()
    rows = [
        Course(owner=owner, subject=subject, title="Theirs", slug=slug)
        for slug in ("waves-and-sound", "sound")
    ]

    def take(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        asks = sql.startswith("SELECT") and '"courses_course"."slug"' in sql.partition("WHERE")[2]
        if asks and rows:
            Course.objects.bulk_create([rows.pop() for _ in range(len(rows))])
        return answer

    with connection.execute_wrapper(take):
        yield


def test_a_suggested_slug_that_is_taken_in_this_very_moment_becomes_another(
    client, instructor, words, somebody_faster
):
    client.post(CREATE, words)

    assert instructor.courses_created.get().slug == "waves-and-sound-2"


@pytest.mark.django_db(transaction=True)
def test_the_cover_is_kept_when_a_suggested_slug_was_taken(
    client, instructor, words, somebody_faster, stored
):
    client.post(CREATE, words | {"cover": png()})

    course = instructor.courses_created.get()
    assert course.slug == "waves-and-sound-2"
    assert course.cover.name in stored()
    assert len(stored()) == 1


def test_a_slug_that_is_taken_in_this_very_moment_is_an_error_beside_the_field(
    client, instructor, words, somebody_faster
):
    response = client.post(CREATE, words | {"slug": "sound"})

    assert response.status_code == 200
    assertContains(response, "Somebody else has just taken this address")


def test_a_slug_that_is_taken_while_one_edits_is_an_error_beside_the_field(
    client, course, somebody_faster
):
    response = client.post(page(course), words_of(course, slug="sound"))

    assert response.status_code == 200
    course.refresh_from_db()
    assert course.slug == "waves"


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "   "},
        {"title": "x" * 201},
        {"title": "a\0b"},
        {"slug": "two words"},
        {"slug": "../up"},
        {"slug": "x" * 201},
        {"subject": ""},
        {"subject": 2**70},
        {"subject": "x"},
        {"overview": "a\0b"},
    ],
)
def test_what_can_not_be_is_refused_and_what_was_typed_stays(client, instructor, words, change):
    response = client.post(CREATE, words | change)

    assert response.status_code == 200
    assert response.context["form"].errors.keys() == change.keys()
    assertContains(response, "Nothing was saved yet")
    assert not Course.objects.exists()


def test_a_site_without_subjects_says_so(client, instructor):
    assertContains(client.get(CREATE), "There is no subject yet")


@pytest.mark.django_db(transaction=True)
def test_a_cover_is_kept_shown_replaced_and_taken_away(client, course, stored):
    client.post(page(course), words_of(course, cover=png()))
    course.refresh_from_db()
    first = course.cover.name

    assertContains(client.get(page(course)), course.cover.url)
    client.post(page(course), words_of(course, cover=png()))
    course.refresh_from_db()
    assert course.cover.name != first
    client.post(page(course), words_of(course, **{"cover-clear": "on"}))

    course.refresh_from_db()
    assert not course.cover
    assert stored() == []


def png(name="cover.png"):
    return SimpleUploadedFile(name, picture(), "image/png")


def test_a_cover_that_is_no_picture_is_refused(client, instructor, words, stored):
    file = SimpleUploadedFile("cover.png", b"<script>", "image/png")

    response = client.post(CREATE, words | {"cover": file})

    assertContains(response, "This is not a whole PNG")
    assert stored() == []


def test_a_cover_above_the_limit_is_refused(client, instructor, words, settings):
    settings.EDUCA_MAX_UPLOAD = 10

    assertContains(client.post(CREATE, words | {"cover": png()}), "too large")


def test_details_are_changed_and_nothing_else_of_the_course(client, course):
    values = seen_on(client, course)
    Course.objects.filter(pk=course.pk).update(status="published")

    response = client.post(page(course), values | {"title": "Sound", "overview": "a\r\nb"})

    assertRedirects(response, page(course))
    course.refresh_from_db()
    assert (course.title, course.slug, course.overview) == ("Sound", "waves", "a\nb")
    assert course.status == "published"


def test_a_slug_that_is_left_out_is_made_anew_from_the_title(client, course):
    client.post(page(course), words_of(course, title="Sound", slug=""))

    course.refresh_from_db()
    assert course.slug == "sound"


def test_page_shows_the_saved_title_above_a_form_that_was_refused(client, course):
    response = client.post(page(course), words_of(course, title="Sound", slug="two words"))

    assert response.context["course"].title == "Waves"
    assertContains(response, 'value="Sound"')


def test_two_tabs_overwrite_nothing_unseen(client, course):
    values = seen_on(client, course)
    Course.objects.filter(pk=course.pk).update(title="Theirs", overview="Their words.")

    response = client.post(page(course), values | {"title": "Mine"})

    assert response.status_code == 409
    course.refresh_from_db()
    assert course.title == "Theirs"
    for word in ("Theirs", 'value="Mine"', "Save mine anyway"):
        assertContains(response, word, status_code=409)


def test_after_both_were_shown_mine_can_be_saved(client, course):
    values = seen_on(client, course)
    Course.objects.filter(pk=course.pk).update(title="Theirs")
    shown = client.post(page(course), values | {"title": "Mine"})

    client.post(page(course), values | {"title": "Mine", "seen": shown.context["seen"]})

    course.refresh_from_db()
    assert course.title == "Mine"


def test_the_same_change_twice_is_no_conflict(client, course):
    values = seen_on(client, course) | {"title": "Sound"}
    client.post(page(course), values)

    assertRedirects(client.post(page(course), values), page(course))


@pytest.mark.django_db(transaction=True)
def test_a_cover_of_a_conflict_leaves_no_file_behind(client, course, stored):
    values = seen_on(client, course)
    Course.objects.filter(pk=course.pk).update(title="Theirs")

    response = client.post(page(course), values | {"title": "Mine", "cover": png("mine.png")})

    assertContains(response, "mine.png, which you have to choose again", status_code=409)
    assert stored() == []


def test_co_instructor_edits_the_details_and_is_offered_no_deletion(client, course):
    helper = make_instructor()
    course.co_instructors.add(helper)
    client.force_login(helper)

    assertNotContains(client.get(page(course)), reverse("course_delete", args=[course.pk]))
    client.post(page(course), words_of(course, title="Ours"))

    course.refresh_from_db()
    assert (course.title, course.owner == helper) == ("Ours", False)


def answers(client, person, course):
    client.force_login(person)
    paths = [CREATE, page(course)]
    return [client.get(path).status_code for path in paths] + [
        client.post(path, words_of(course, slug="changed")).status_code for path in paths
    ]


def test_another_instructor_does_not_learn_of_the_course(client, course):
    assert answers(client, make_instructor(), course) == [200, 404, 302, 404]


def test_student_of_the_course_is_refused(client, course):
    student = make_user()
    course.students.add(student)

    assert answers(client, student, course) == [403] * 4


def test_who_is_no_instructor_any_more_is_refused_even_the_owner(client, course):
    course.owner.groups.clear()

    assert answers(client, course.owner, course) == [403] * 4


def test_visitor_signs_in_and_comes_back(client, course):
    client.logout()

    response = client.get(page(course))

    assertRedirects(response, f"{reverse('login')}?next={page(course)}")


@pytest.mark.parametrize("key", [0, 2**63, 2**80])
def test_a_key_that_no_course_has_is_not_found(client, instructor, key):
    assert client.get(f"/course/{key}/edit/").status_code == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client, course, method):
    assert getattr(client, method)(page(course)).status_code == 405
