"""Private notes beside contents."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.models import Content, Course
from educa.courses.tests.factories import make_content, make_course, make_module
from educa.students.models import LONGEST_NOTE, Enrollment, Note
from educa.students.views.notes import address_of

pytestmark = pytest.mark.django_db
NOTES = "/students/notes/"
JSON = {"Accept": "application/json"}


@pytest.fixture
def student(client):
    """Someone who is signed in."""
    student = make_user()
    client.force_login(student)
    return student


@pytest.fixture
def content(student):
    """A content that the student and another one read, who has a note on it."""
    content = make_content(make_module(make_course(title="Oceans")), title="Tides")
    other = make_user()
    Enrollment.objects.enroll(student, content.module.course)
    Enrollment.objects.enroll(other, content.module.course)
    write(other, content, "Secret of others")
    return content


def write(author, content, body):
    note = Note.objects.filter(author=author, content=content).first()
    return Note.objects.keep(author, content, body, seen=note.stamp if note else "")


def path_of(content):
    return reverse("student_content_note", args=[content.module.course_id, content.pk])


def save(client, content, body, seen="", headers=JSON):
    return client.post(path_of(content), {"body": body, "seen": seen}, headers=headers)


def note_of(student):
    return Note.objects.get(author=student)


def test_note_is_saved_and_shown_as_text(client, student, content):
    response = save(client, content, "High <b>water</b>\r\nat six", headers={})

    assertRedirects(response, f"{address_of(content)}#note", fetch_redirect_response=False)
    assert note_of(student).body == "High <b>water</b>\nat six"
    assertContains(client.get(NOTES), "High &lt;b&gt;water&lt;/b&gt;\nat six")


def test_note_is_in_the_player_and_on_its_page(client, student, content):
    write(student, content, "High water")

    assertContains(client.get(address_of(content)), "High water")
    assertContains(client.get(path_of(content)), "High water")


def test_script_hears_when_it_was_saved(client, student, content):
    answer = save(client, content, "High water").json()

    assert (answer["body"], answer["seen"]) == ("High water", note_of(student).stamp)


def test_note_can_be_changed(client, student, content):
    seen = save(client, content, "High water").json()["seen"]

    assert save(client, content, "Low water", seen).status_code == 200
    assert note_of(student).body == "Low water"


@pytest.mark.parametrize("body", ["", " \n\t"])
def test_note_without_words_is_deleted(client, student, content, body):
    seen = save(client, content, "High water").json()["seen"]

    assert save(client, content, body, seen).json() == {"body": "", "seen": "", "saved": ""}
    assert not Note.objects.of(student).exists()


def test_second_tab_is_told_and_overwrites_nothing(client, student, content):
    write(student, content, "From the other tab")

    response = save(client, content, "From this one")

    assert (response.status_code, response.json()["body"]) == (409, "From the other tab")
    assert note_of(student).body == "From the other tab"


def test_second_tab_may_save_what_it_has_seen(client, student, content):
    write(student, content, "From the other tab")
    seen = save(client, content, "From this one").json()["seen"]

    assert save(client, content, "Both", seen).status_code == 200


def test_page_without_scripts_shows_both_texts(client, student, content):
    write(student, content, "From the other tab")

    response = save(client, content, "From this one", headers={})

    assertContains(response, "From the other tab", status_code=409)
    assertContains(response, "From this one", status_code=409)
    assertContains(response, f'value="{note_of(student).stamp}"', status_code=409)


def test_note_that_was_deleted_elsewhere_does_not_come_back_unseen(client, student, content):
    seen = write(student, content, "High water").stamp
    write(student, content, "")

    response = save(client, content, "Low water", seen)

    assert (response.status_code, response.json()["body"]) == (409, "")


def test_same_words_from_two_tabs_agree(client, student, content):
    write(student, content, "High water")

    assert save(client, content, "High water").status_code == 200


@pytest.mark.parametrize(
    "body", ["a" * (LONGEST_NOTE + 1), "a\0b", "a\x08b", "a\x1bb", "\x7f"], ids=repr
)
def test_note_that_can_not_be_kept_is_refused_in_words(client, student, content, body):
    response = save(client, content, body)

    assert response.status_code == 400
    assert response.json()["errors"]["body"]
    assertContains(save(client, content, body, headers={}), "Nothing was saved", status_code=400)


@pytest.mark.parametrize("raw", [b"body=%ED%A0%80", b"body=\xff\xfe", b"body=a&seen=%00", b"{"])
def test_bytes_that_are_no_text_do_no_harm(client, student, content, raw):
    response = client.post(
        path_of(content), raw, content_type="application/x-www-form-urlencoded", headers=JSON
    )

    assert response.status_code in {200, 400}


def test_longest_note_with_characters_of_every_plane_is_kept(client, student, content):
    body = "𝄞é\u202eשלום\t" * 2_000

    assert save(client, content, body).status_code == 200
    assert note_of(student).body == body


def test_nobody_else_reads_or_finds_a_note(client, student, content):
    author = Note.objects.get().author
    pages = [NOTES, f"{NOTES}?q=secret", address_of(content), path_of(content)]
    for reader in (student, content.module.course.owner, make_admin()):
        client.force_login(reader)
        answers = [client.get(page).content.decode() for page in pages]
        assert not any("Secret of others" in answer for answer in answers)

    client.force_login(author)
    assertContains(client.get(NOTES), "Secret of others")


def test_notes_of_others_are_not_counted(client, student, content):
    assertNotContains(client.get("/students/search/", {"q": "secret"}), "of your notes")
    assertNotContains(client.get(NOTES), "more note")


@pytest.mark.parametrize("make", [make_user, make_instructor])
def test_who_does_not_read_the_course_writes_nothing(client, content, make):
    client.force_login(make())

    assert client.get(path_of(content)).status_code == 404
    assert save(client, content, "High water").status_code == 404


def test_content_of_another_course_is_not_found_under_this_one(client, student, content):
    other = make_content()
    path = reverse("student_content_note", args=[other.module.course_id, content.pk])

    assert client.post(path, {"body": "High water"}).status_code == 404


def test_keys_beyond_all_measure_are_not_found(client, student):
    assert client.get(f"/students/course/{'9' * 30}/content/{'9' * 30}/note/").status_code == 404


def test_who_teaches_the_course_writes_notes_of_their_own(client, content):
    client.force_login(content.module.course.owner)

    assert save(client, content, "Explain better").status_code == 200
    assert Note.objects.count() == 2


def close(how, student, content):
    """Let the student open the content no more."""
    if how == "left":
        Enrollment.objects.leave(student, content.module.course)
    elif how == "draft":
        Course.objects.update(status=Course.Status.DRAFT)
    else:
        Content.everything.update(trashed_at=timezone.now())


@pytest.mark.parametrize("how", ["left", "draft", "trash"])
def test_notes_on_what_i_can_not_open_any_more_are_shown_without_it(client, student, content, how):
    write(student, content, "High water")
    close(how, student, content)

    page = client.get(NOTES)

    assertContains(page, "High water")
    assertContains(page, "Oceans")
    assertNotContains(page, "Tides")
    assertNotContains(page, address_of(content))
    assertNotContains(page, "Secret of others")


def test_note_on_what_i_can_not_open_any_more_is_deleted_by_me_alone(client, student, content):
    note = write(student, content, "High water")
    other = Note.objects.exclude(pk=note.pk).get()
    Enrollment.objects.leave(student, content.module.course)

    theirs = client.post(reverse("student_note_delete", args=[other.pk]))
    own = client.post(reverse("student_note_delete", args=[note.pk]))

    assertRedirects(own, NOTES)
    assert theirs.status_code == 404
    assert list(Note.objects.all()) == [other]


def test_notes_stand_under_their_course_in_the_order_of_reading(client, student, content):
    second = make_content(content.module, title="Ebb")
    other = make_content(make_module(make_course(title="Algebra")), title="Groups")
    Enrollment.objects.enroll(student, other.module.course)
    for place in (second, content, other):
        write(student, place, "A note")

    assert [str(note.content) for note in client.get(NOTES).context["notes"]] == [
        "Groups", "Tides", "Ebb",
    ]  # fmt: skip


def test_notes_are_found_as_contents_are(client, student, content):
    write(student, content, "Marée haute à Liège")

    assertContains(client.get(NOTES, {"q": "LIEGE mar"}), "<mark>Liège</mark>")
    assertContains(client.get(NOTES, {"q": "mar liege"}), "No note of yours has")


@pytest.mark.parametrize("words", ["%", "_", "\\", "' OR 1=1", "\0", "a" * 10_000, "🙂"])
def test_no_search_in_notes_does_harm(client, student, content, words):
    write(student, content, "High water")

    assertNotContains(client.get(NOTES, {"q": words}), "High water")


def test_search_in_courses_leads_to_notes(client, student, content):
    write(student, content, "High water at Brest")

    assertContains(client.get("/students/search/", {"q": "brest"}), f"{NOTES}?q=brest")


def test_without_notes_the_page_says_where_they_are_written(client, student):
    assertContains(client.get(NOTES), "You have no notes yet")


def test_cost_does_not_grow_with_notes(client, student, content, django_assert_num_queries):
    write(student, content, "A note")
    with django_assert_num_queries(5):
        client.get(NOTES)
    for _ in range(9):
        other = make_content()
        Enrollment.objects.enroll(student, other.module.course)
        write(student, other, "A note")

    with django_assert_num_queries(5):
        client.get(NOTES)


def test_answer_for_scripts_is_stored_nowhere(client, student, content):
    response = save(client, content, "High water")

    assert "no-store" in response.headers["Cache-Control"]
    assert json.loads(response.content)["body"] == "High water"
