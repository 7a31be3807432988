"""Editing and deleting, reacting, pinning, reporting and answering, and who may."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from educa.accounts.tests.factories import make_admin, make_user
from educa.chat import actions, frames, log
from educa.chat.models import Act, Event, Message, Mute, Reaction, Report, Revision
from educa.chat.refusals import Refused
from educa.chat.tests.factories import make_member, say
from educa.courses.actions import purge_course
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course, make_module, picture

pytestmark = pytest.mark.django_db
SECRET = "Pluto is a planet"


@pytest.fixture
def course(db):
    return make_course()


@pytest.fixture
def author(course):
    return make_member(course)


@pytest.fixture
def message(course, author):
    return say(course, SECRET, author=author)


@pytest.fixture
def question(course, author):
    """Asked by the author at a content."""
    content = make_content(make_module(course))
    return say(course, author=author, content=content.pk)


def refusal_of(step, **values) -> str:
    """The code with which a step is refused."""
    with pytest.raises(Refused) as caught:
        step(**values)
    return caught.value.code


def kinds(course):
    return list(course.room.events.values_list("kind", flat=True))


# Editing


def edit(message, author, body):
    return actions.edit(author=author, course=message.room_id, sequence=message.sequence, body=body)


def test_edited_message_says_so_and_its_earlier_text_is_kept(course, author, message):
    edited = edit(message, author, "Pluto is a dwarf planet")

    assert (edited.body, edited.words) == ("Pluto is a dwarf planet", " pluto is a dwarf planet ")
    assert edited.edited_at
    assert list(Revision.objects.values_list("message", "body")) == [(message.pk, SECRET)]
    assert kinds(course) == ["message", "edit"]


def test_edit_that_changes_nothing_is_none(course, author, message):
    assert edit(message, author, f" {SECRET}\n").edited_at is None
    assert kinds(course) == ["message"]


def test_message_can_be_edited_for_fifteen_minutes(author, message):
    in_time, late = (message.sent_at + timedelta(minutes=15, seconds=s) for s in (0, 1))

    assert message.is_editable_by(author, now=in_time)
    assert not message.is_editable_by(author, now=late)


def test_later_it_is_refused(author, message):
    old = timezone.now() - timedelta(minutes=16)
    Message.objects.filter(pk=message.pk).update(sent_at=old)

    assert refusal_of(edit, message=message, author=author, body="Other") == "too-late"


def test_nobody_else_edits(course, message):
    for person in (make_member(course), course.owner, make_admin()):
        assert refusal_of(edit, message=message, author=person, body="Other") == "not-yours"
    assert refusal_of(edit, message=message, author=make_user(), body="Other") == "forbidden"
    assert Message.objects.get().body == SECRET


@pytest.mark.parametrize(
    ("body", "code"), [("", "empty"), ("a\0", "characters"), ("a" * 4001, "too-long")]
)
def test_edited_message_is_judged_as_a_new_one(author, message, body, code):
    assert refusal_of(edit, message=message, author=author, body=body) == code


def test_who_is_muted_does_not_edit(course, author, message):
    actions.mute(person=course.owner, course=course.pk, muted=author, minutes=None)

    assert refusal_of(edit, message=message, author=author, body="Other") == "muted"


def test_in_a_closed_room_students_edit_nothing(course, author, message):
    taught = say(course, "Pluto", author=course.owner)
    actions.close_room(person=course.owner, course=course.pk)

    assert refusal_of(edit, message=message, author=author, body="The answer is 7") == "closed"
    assert edit(taught, course.owner, "Mars").body == "Mars"


def test_nobody_edits_and_reacts_without_end(course, author, message, settings):
    settings.EDUCA_CHAT_PER_MINUTE = 3
    edit(message, author, "One")
    react(message, author)
    react(message, author, on=False)

    assert refusal_of(edit, message=message, author=author, body="Two") == "too-fast"
    assert refusal_of(react, message=message, person=author) == "too-fast"
    react(message, course.owner)


def test_mentions_follow_the_text(course, author, message):
    first, second = make_member(course), make_member(course)
    edit(message, author, f"@{first.username}")

    edit(message, author, f"@{second.username}")

    assert [mention.user for mention in message.mentions.all()] == [second]


# Deleting


def delete(message, person):
    return actions.delete(person=person, course=message.room_id, sequence=message.sequence)


def test_deleted_message_leaves_a_mark_and_says_nothing_anywhere(course, author, message):
    edit(message, author, f"{SECRET}!")
    actions.react(person=course.owner, course=course.pk, sequence=1, sign="👍", on=True)
    actions.pin(person=course.owner, course=course.pk, sequence=1)
    say(course, "No", reply_to=message.sequence)

    delete(message, author)

    told = [frames.encoded(frames.frame_of(e)) for e in log.events_after(course.pk, 0)]
    rows = [str(list(m.objects.values())) for m in (Message, Revision, Event, Reaction, Act)]
    assert "planet" not in " ".join(told + rows).lower()
    mark = Message.objects.get(pk=message.pk)
    assert (mark.sequence, mark.is_deleted, mark.pinned_at) == (1, True, None)
    assert not mark.reactions.exists()


def test_author_deletes_at_any_time_and_no_act_tells_of_it(author, message):
    Message.objects.update(sent_at=timezone.now() - timedelta(days=300))

    delete(message, author)

    assert Event.objects.last().data == {"by": "author"}
    assert not Act.objects.exists()


def test_instructor_deletes_what_does_not_belong_here_and_it_is_logged(course, author, message):
    delete(message, course.owner)

    assert Event.objects.last().data == {"by": "instructor"}
    act = Act.objects.get()
    assert (act.verb, act.actor, act.person, act.message) == (
        "delete", course.owner, author, message,
    )  # fmt: skip


def test_nobody_else_deletes(course, message):
    for person in (make_member(course), make_user(), make_course().owner):
        assert refusal_of(delete, message=message, person=person) == "forbidden"
    assert not Message.objects.get().is_deleted


def test_deleted_twice_is_gone(author, message):
    delete(message, author)

    assert refusal_of(delete, message=message, person=author) == "no-message"


def test_question_is_open_again_when_its_answer_is_deleted(course, question):
    answer = say(course, reply_to=question.sequence)
    actions.mark_answer(
        person=course.owner, course=course.pk, question=question.sequence, answer=answer.sequence
    )

    delete(answer, course.owner)

    assert list(Message.objects.open_questions()) == [question]
    assert kinds(course)[-2:] == ["answer", "delete"]


def test_picture_goes_with_what_was_said(
    course, author, stored, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        message = say(
            course, author=author, picture=ContentFile(picture(width=1000, height=700), "a.png")
        )
    assert stored()

    with django_capture_on_commit_callbacks(execute=True):
        delete(message, author)

    assert stored() == []


def test_picture_goes_with_the_course(course, author, stored, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        say(course, author=author, picture=ContentFile(picture(width=600), "a.png"))
    assert stored()
    Course.objects.filter(pk=course.pk).update(trashed_at=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        purge_course(course=course)

    assert stored() == []


def test_sweeping_leaves_pictures_of_messages(
    course, author, stored, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        message = say(course, author=author, picture=ContentFile(picture(width=600), "a.png"))
    before = stored()

    call_command("sweep_media", "--older-than", "0")

    assert before == stored() != []
    with django_capture_on_commit_callbacks(execute=True):
        delete(message, author)


# Reacting


def react(message, person, sign="👍", *, on=True):
    actions.react(
        person=person, course=message.room_id, sequence=message.sequence, sign=sign, on=on
    )


def test_sign_is_put_once_and_taken_away_once(course, author, message):
    for on in (True, True, False, False):
        react(message, author, on=on)

    assert kinds(course) == ["message", "reaction", "reaction"]
    assert not Reaction.objects.exists()


def test_sign_of_another_stays_when_one_takes_ones_own(course, author, message):
    react(message, author)
    react(message, course.owner)

    react(message, author, on=False)

    assert Reaction.objects.get().user == course.owner


@pytest.mark.parametrize("sign", ["", "x", "👎", "👍👍", "<b>", "a" * 100])
def test_other_signs_are_refused(author, message, sign):
    assert refusal_of(react, message=message, person=author, sign=sign) == "sign"


def test_who_is_muted_only_takes_signs_away(course, author, message):
    react(message, author)
    actions.mute(person=course.owner, course=course.pk, muted=author, minutes=None)

    assert refusal_of(react, message=message, person=author, sign="🎉") == "muted"
    react(message, author, on=False)
    assert not Reaction.objects.exists()


def test_strangers_put_no_sign(message):
    assert refusal_of(react, message=message, person=make_user()) == "forbidden"


# Keeping order


def test_pinned_twice_is_once(course, message):
    for step in (actions.pin, actions.pin, actions.unpin, actions.unpin):
        step(person=course.owner, course=course.pk, sequence=1)

    assert kinds(course) == ["message", "pin", "pin"]
    assert list(Act.objects.order_by("pk").values_list("verb", flat=True)) == ["pin", "unpin"]


KEEPING = {
    actions.pin: {"sequence": 1},
    actions.unpin: {"sequence": 1},
    actions.close_room: {},
    actions.open_room: {},
    actions.set_slow_mode: {"seconds": 5},
    actions.show_people: {"shows": False},
    actions.change_room: {"closed": True, "slow_seconds": 5},
}


@pytest.mark.parametrize("step", KEEPING, ids=lambda step: step.__name__)
def test_only_who_may_change_the_course_keeps_order(course, author, message, step):
    lapsed = make_user()
    course.co_instructors.add(lapsed)
    for person in (author, lapsed, make_user(), make_course().owner):
        assert refusal_of(step, person=person, course=course.pk, **KEEPING[step]) == "forbidden"

    assert (kinds(course), Act.objects.count()) == (["message"], 0)


def test_only_who_keeps_order_mutes(course, author, message):
    other = make_member(course)
    for person in (author, make_user()):
        values = {"person": person, "course": course.pk, "muted": other}
        assert refusal_of(actions.mute, **values, minutes=1) == "forbidden"
        assert refusal_of(actions.unmute, **values) == "forbidden"

    assert not Mute.objects.exists()


def test_instructors_are_not_muted(course):
    assistant = make_user()
    course.co_instructors.add(assistant)
    for person in (course.owner, assistant):
        values = {"person": course.owner, "course": course.pk, "muted": person, "minutes": 1}
        assert refusal_of(actions.mute, **values) == "self"


def test_muted_again_the_later_word_holds(course, author, message):
    for minutes in (5, None):
        actions.mute(person=course.owner, course=course.pk, muted=author, minutes=minutes)

    assert Mute.objects.get().until is None
    assert list(Act.objects.values_list("verb", "person")) == [("mute", author.pk)] * 2


def test_changes_of_the_room_are_all_or_none(course, message):
    values = {"person": course.owner, "course": course.pk, "closed": True, "slow_seconds": 3601}

    assert refusal_of(actions.change_room, **values) == "malformed"
    course.room.refresh_from_db()
    assert not course.room.is_closed
    assert kinds(course) == ["message"]


def test_state_of_the_room_is_told(course, message):
    values = {"closed": True, "slow_seconds": 30, "shows_people": False}

    actions.change_room(person=course.owner, course=course.pk, **values)

    assert Event.objects.last().data == values
    assert set(Act.objects.values_list("verb", flat=True)) == {"close", "slow", "people"}


# Reporting


def test_report_keeps_what_was_said(course, author, message):
    reporter = make_member(course)
    for reason in ("  Rude\n words ", "Again"):
        actions.report(person=reporter, course=course.pk, sequence=1, reason=reason)
    edit(message, author, "Sorry")

    report = Report.objects.get()

    assert (report.reporter, report.reason, report.body) == (reporter, "Rude words", SECRET)
    assert kinds(course) == ["message", "edit"]  # nobody else hears of it


def test_own_messages_and_those_of_other_rooms_are_not_reported(course, author, message):
    values = {"course": course.pk, "sequence": 1, "reason": ""}

    assert refusal_of(actions.report, person=author, **values) == "forbidden"
    assert refusal_of(actions.report, person=make_user(), **values) == "forbidden"


def test_report_is_handled_once_by_who_keeps_order(course, author, message):
    values = {"course": course.pk, "sequence": 1}
    actions.report(person=make_member(course), reason="", **values)
    assert refusal_of(actions.handle, person=author, **values) == "forbidden"

    assert [actions.handle(person=course.owner, **values) for _ in range(2)] == [1, 0]

    assert Report.objects.get().handled_by == course.owner
    assert [act.verb for act in Act.objects.all()] == ["handle"]


# Answering


def answer(question, person, number):
    return actions.mark_answer(
        person=person, course=question.room_id, question=question.sequence, answer=number
    )


def test_instructor_marks_the_answer(course, question):
    reply = say(course, reply_to=question.sequence)

    asked = answer(question, course.owner, reply.sequence)

    assert (asked.answer, asked.settled_at is not None) == (reply, True)
    assert Event.objects.last().data == {"answer": reply.sequence, "settled": True}
    assert Act.objects.get().verb == "answer"


def test_who_asked_settles_their_own_question_and_no_act_tells_of_it(course, author, question):
    actions.settle(person=author, course=course.pk, question=question.sequence)

    assert not Message.objects.open_questions().exists()
    assert not Act.objects.exists()


def test_settled_question_is_opened_again(course, author, question):
    reply = say(course, reply_to=question.sequence)
    answer(question, author, reply.sequence)

    asked = actions.reopen(person=course.owner, course=course.pk, question=question.sequence)

    assert (asked.answer, asked.settled_at) == (None, None)


def test_others_do_not_settle(course, question):
    for person in (make_member(course), make_user()):
        assert refusal_of(answer, question=question, person=person, number=1) == "forbidden"


def test_question_does_not_answer_itself_and_only_questions_are_answered(course, question):
    plain = say(course)

    assert refusal_of(answer, question=question, person=course.owner, number=1) == "no-message"
    assert refusal_of(answer, question=plain, person=course.owner, number=1) == "no-message"
    assert refusal_of(answer, question=question, person=course.owner, number=9) == "no-message"
