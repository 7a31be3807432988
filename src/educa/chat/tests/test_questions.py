"""Asking at a place in a content, and finding what was asked there."""

import uuid

import pytest
from django.db.models import OuterRef
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_user
from educa.chat.actions import Draft, close_room, delete, reply_and_answer
from educa.chat.models import Act, Event, Message
from educa.chat.questions import Counts, counted_at, questions_at, search_questions, similar
from educa.chat.refusals import Refused
from educa.chat.tests.factories import answer, ask, reply
from educa.courses.actions import restore_content, trash_content
from educa.courses.models import Content, Course
from educa.courses.tests.factories import make_content, make_course
from educa.lib.folding import query_for
from educa.students.models import Enrollment
from educa.students.tests.factories import make_enrollment

pytestmark = pytest.mark.django_db
PART = {"X-Educa-Part": "questions"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def content():
    return make_content()


@pytest.fixture
def course(content):
    return content.module.course


@pytest.fixture
def student(course):
    return make_enrollment(course=course).student


@pytest.fixture
def other(course):
    return make_enrollment(course=course).student


@pytest.fixture(autouse=True)
def no_limits(settings):
    settings.EDUCA_CHAT_BURST = settings.EDUCA_CHAT_PER_MINUTE = 1000


def page_of(content):
    return reverse("chat:content_questions", args=[content.module.course_id, content.pk])


def player_of(content):
    return reverse("student_content_detail", args=[content.module.course_id, content.pk])


def form(body="Why?", **more):
    return {"message": body, "client_id": str(uuid.uuid4()), **more}


def answer_address(question):
    return reverse("chat:message_answer", args=[question.room_id, question.sequence])


def offers(client, content, text, **place):
    url = reverse("chat:question_list", args=[content.module.course_id])
    query = {"content": content.pk, "q": text, **place}
    return [one["message"] for one in client.get(url, query, headers=JSON).json()["questions"]]


# Asking


def test_question_keeps_the_paragraph_that_it_is_about(client, content, student):
    client.force_login(student)

    response = client.post(page_of(content), form("Why so?", paragraph=3))

    question = Message.objects.get()
    assert (question.content, question.paragraph, question.body) == (content, 3, "Why so?")
    assert response.url == f"{page_of(content)}#question-{question.sequence}"


def test_pressing_twice_asks_once(client, content, student):
    client.force_login(student)
    posted = form()

    client.post(page_of(content), posted)
    client.post(page_of(content), posted)

    assert Message.objects.count() == 1


def test_what_is_refused_stays_in_its_field_with_the_reason(client, content, student, settings):
    settings.EDUCA_CHAT_LENGTH = 10
    client.force_login(student)

    response = client.post(page_of(content), form("Far too many words", paragraph=2))

    assertContains(response, "Far too many words</textarea>", status_code=413)
    assertContains(response, "at most 10 characters", status_code=413)
    assertContains(response, 'name="paragraph" value="2"', status_code=413)


def test_script_is_told_why_it_is_refused(client, content, student):
    client.force_login(student)

    response = client.post(page_of(content), form("  "), headers=JSON)

    assert (response.status_code, response.json()["error"]["code"]) == (400, "empty")


def test_number_that_no_paragraph_has_is_refused(client, content, student):
    client.force_login(student)

    response = client.post(page_of(content), form(paragraph=2**31))

    assert response.status_code == 400
    assert not Message.objects.exists()


def test_closed_room_offers_no_form_to_students(client, content, course, student):
    close_room(person=course.owner, course=course.pk)
    client.force_login(student)

    assertNotContains(client.get(page_of(content)), "<textarea")


def test_who_left_the_course_sees_no_question(client, content, course, student, other):
    ask(other, content, "A secret of the course")
    Enrollment.objects.leave(student, course)
    client.force_login(student)

    assertNotContains(client.get(page_of(content)), "A secret", status_code=403)
    assert not questions_at(student, content.pk)


def test_content_of_another_course_is_not_found(client, course, student):
    elsewhere = make_content()
    client.force_login(student)

    url = reverse("chat:content_questions", args=[course.pk, elsewhere.pk])

    assert client.get(url).status_code == 404


# Threads and answers


def test_answer_stands_before_the_other_replies(client, content, course, student, other):
    question = ask(other, content)
    reply(student, question, "Perhaps magic")
    answer(course.owner, question, "Short waves scatter")
    client.force_login(student)

    page = client.get(page_of(content), headers=PART).content.decode()

    assert 0 < page.index("Short waves scatter") < page.index("Perhaps magic")
    assert page.count("Short waves scatter") == 1


def test_text_is_shown_as_in_the_room_and_never_as_html(client, content, student):
    ask(student, content, "Why <b>this</b>?\n```\nx = 1\n```")
    client.force_login(student)

    response = client.get(page_of(content))

    assertContains(response, "Why &lt;b&gt;this&lt;/b&gt;?")
    assertContains(response, "<code>x = 1</code>")


def test_asker_marks_a_reply_as_the_answer(client, content, student, other):
    question = ask(student, content)
    said = reply(other, question)
    client.force_login(student)

    response = client.post(
        answer_address(question), {"answer": said.sequence, "next": page_of(content)}
    )

    question.refresh_from_db()
    assert (response.url, question.answer) == (page_of(content), said)
    assert question.settled_at


def test_only_the_asker_and_instructors_are_offered_to_settle(
    client, content, course, student, other
):
    reply(other, ask(student, content))
    found = []
    client.force_login(other)
    found.append("This is the answer" in client.get(page_of(content)).content.decode())
    client.force_login(student)
    found.append("This is the answer" in client.get(page_of(content)).content.decode())
    client.force_login(course.owner)
    found.append("This is the answer" in client.get(page_of(content)).content.decode())

    assert found == [False, True, True]


def test_somebody_else_settles_nothing(client, content, student, other):
    question = ask(student, content)
    client.force_login(other)

    client.post(answer_address(question), {"settled": "true"})

    question.refresh_from_db()
    assert question.settled_at is None


def test_reply_and_answer_are_one_step(content, course, student):
    question = ask(student, content)
    draft = Draft(client_id=uuid.uuid4(), body="So it is.")

    for_first = reply_and_answer(
        person=course.owner, course=course.pk, question=question.sequence, draft=draft
    )
    again = reply_and_answer(
        person=course.owner, course=course.pk, question=question.sequence, draft=draft
    )

    question.refresh_from_db()
    assert for_first == again == question.answer
    assert Event.objects.filter(kind="answer").count() == Act.objects.count() == 1


def test_reply_that_may_not_be_the_answer_is_not_sent(content, student, other):
    question = ask(student, content)
    draft = Draft(client_id=uuid.uuid4(), body="I know better.")

    with pytest.raises(Refused, match="can’t do this"):
        reply_and_answer(
            person=other, course=question.room_id, question=question.sequence, draft=draft
        )

    assert Message.objects.count() == 1


def test_instructor_answers_in_the_player(client, content, course, student):
    question = ask(student, content)
    client.force_login(course.owner)

    client.post(page_of(content), form("So it is.", reply_to=question.sequence, answers="true"))

    question.refresh_from_db()
    assert question.answer.body == "So it is."


def test_deleted_answer_is_shown_to_nobody(client, content, course, student):
    question = ask(student, content)
    said = answer(course.owner, question, "Wrong, sorry")
    delete(person=course.owner, course=course.pk, sequence=said.sequence)
    client.force_login(student)

    response = client.get(page_of(content))

    assertNotContains(response, "Wrong, sorry")
    assertContains(response, "No answer yet")


def test_page_takes_as_many_queries_with_ten_questions_as_with_one(
    client, content, course, student, django_assert_max_num_queries
):
    answer(course.owner, ask(student, content))
    client.force_login(student)
    client.get(page_of(content))
    with django_assert_max_num_queries(12) as one:
        client.get(page_of(content))
    for number in range(9):
        reply(student, ask(student, content, f"Question {number}"))

    with django_assert_max_num_queries(len(one)):
        client.get(page_of(content))


def test_older_questions_are_on_the_next_page(client, content, student):
    for number in range(22):
        ask(student, content, f"Question-{number:02}")
    client.force_login(student)

    first = client.get(page_of(content))
    second = client.get(page_of(content), {"before": first.context["older"]})

    assertNotContains(first, "Question-01")
    assertContains(second, "Question-01")
    assertNotContains(second, "Question-02")


# In the player


def test_player_tells_how_many_questions_there_are(client, content, course, student):
    answer(course.owner, ask(student, content, paragraph=3))
    ask(student, content, paragraph=3)
    ask(student, content)
    client.force_login(student)

    response = client.get(player_of(content))

    assertContains(response, "3 questions")
    assertContains(response, "1 answered")
    assertContains(response, 'data-marks="3:2"')


def test_deleted_questions_are_not_counted(content, course, student):
    question = ask(student, content)
    delete(person=student, course=course.pk, sequence=question.sequence)

    rows = Content.objects.annotate(told=counted_at(OuterRef("pk")))
    assert Counts.read(rows.get(pk=content.pk).told) == Counts()


def test_question_at_a_content_in_the_trash_comes_back_with_it(content, course, student):
    question = ask(student, content)

    trash_content(content=content, by=course.owner)
    hidden = list(questions_at(student, content.pk))
    restore_content(content=content)

    assert (hidden, list(questions_at(student, content.pk))) == ([], [question])
    assert not Message.objects.get().is_deleted


# Offered to the next one


def test_answered_question_with_the_words_is_offered_first(client, content, course, student):
    elsewhere = make_content(content.module)
    ask(student, content, "Why is the angle sixty degrees in this triangle?")
    known = ask(student, elsewhere, "Which angle has the triangle?")
    answer(course.owner, known, "Sixty")
    ask(student, elsewhere, "What is for lunch?")
    client.force_login(student)

    found = offers(client, content, "What angle does the triangle have")

    assert found[0] == known.body
    assert "What is for lunch?" not in found


def test_offered_question_brings_its_answer_and_not_all_that_was_replied(
    client, content, course, student, monkeypatch
):
    monkeypatch.setattr("educa.chat.views.questions.MOST_REPLIES", 2)
    known = ask(student, content, "Which angle has the triangle?")
    replies = [reply(student, known, f"Perhaps {number}") for number in range(3)]
    last = answer(course.owner, known, "Sixty")
    client.force_login(student)

    url = reverse("chat:question_list", args=[course.pk])
    found = client.get(url, {"content": content.pk, "q": "angle"}, headers=JSON).json()

    told = [each["sequence"] for each in found["questions"][0]["thread"]]
    assert told == [replies[0].sequence, replies[1].sequence, last.sequence]


def test_nearest_questions_of_the_content_are_offered_without_common_words(
    client, content, student
):
    for paragraph in (1, 9, 5):
        ask(student, content, f"At {paragraph}", paragraph=paragraph)
    client.force_login(student)

    assert offers(client, content, "Hm", paragraph=6) == ["At 5", "At 9", "At 1"]


def test_questions_of_other_courses_are_not_offered(content, student):
    elsewhere = make_content()
    ask(make_enrollment(course=elsewhere.module.course).student, elsewhere, "Which angle?")

    course = content.module.course_id

    assert similar(student, course, content.pk, "Which angle?") == []


def test_words_without_blanks_between_them_are_compared(content, course, student):
    known = ask(student, make_content(content.module), "为什么三角形的角是六十度？")

    assert similar(student, course.pk, content.pk, "三角形的角") == [known]


# Search


def searched(client, text, **more):
    return client.get(reverse("student_search"), {"q": text, **more})


def test_search_finds_questions_by_the_words_of_question_and_answer(
    client, content, course, student
):
    answer(course.owner, ask(student, content, "Why is it violet?"), "Because of Rayleigh")
    client.force_login(student)

    response = searched(client, "violet Rayleigh")

    assertContains(response, "<mark>Rayleigh</mark>")
    assertContains(response, f"{page_of(content)}#question-1")


def test_search_shows_questions_beside_contents(client, content, student):
    content.item.content = "Violet light."
    content.item.save()
    ask(student, content, "Why is it violet?")
    client.force_login(student)

    response = searched(client, "violet")

    assertContains(response, "1 content for")
    assertContains(response, "Questions and answers")


@pytest.mark.parametrize("status", [Course.Status.DRAFT, None])
def test_search_finds_nothing_for_who_may_not_read(content, course, student, other, status):
    ask(other, content, "Why is it violet?")
    if status:
        Course.objects.filter(pk=course.pk).update(status=status)
    else:
        Enrollment.objects.leave(student, course)

    assert not search_questions(student, query_for("violet"))


def test_search_never_finds_what_was_deleted(content, course, student):
    question = ask(student, content, "Why is it violet?")
    said = answer(course.owner, question, "Because of Rayleigh")
    delete(person=course.owner, course=course.pk, sequence=said.sequence)
    before = list(search_questions(student, query_for("violet")))
    delete(person=student, course=course.pk, sequence=question.sequence)

    assert not search_questions(student, query_for("Rayleigh"))
    assert (before, list(search_questions(student, query_for("violet")))) == ([question], [])


def test_page_of_all_found_questions_can_be_of_one_course(client, content, course, student):
    ask(student, content, "Why is it violet?")
    elsewhere = make_content()
    make_enrollment(student, elsewhere.module.course)
    ask(student, elsewhere, "Is violet a color?")
    client.force_login(student)

    url = reverse("chat:question_search")

    assertContains(client.get(url, {"q": "violet"}), "2 questions for")
    assertContains(client.get(url, {"q": "violet", "course": course.pk}), "1 question for")


def test_course_of_others_can_not_be_searched(client, student):
    client.force_login(student)

    url = reverse("chat:question_search")

    assert client.get(url, {"q": "violet", "course": make_course().pk}).status_code == 404


def test_programs_are_told_who_may_not_be_offered_questions(client, content):
    url = reverse("chat:question_list", args=[content.module.course_id])
    signed_out = client.get(url, headers=JSON)
    client.force_login(make_user())
    stranger = client.get(url, headers=JSON)

    assert (signed_out.status_code, signed_out.json()["error"]["code"]) == (401, "signed-out")
    assert (stranger.status_code, stranger.json()["error"]["code"]) == (404, "no-room")
