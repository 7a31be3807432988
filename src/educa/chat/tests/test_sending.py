"""Saying something in a room, and what is refused."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.chat import actions, log
from educa.chat.actions import send
from educa.chat.models import Event, Message, ReadMark, Room
from educa.chat.refusals import Refused
from educa.chat.tests.factories import make_draft, make_member, say
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course, make_module, picture
from educa.students.models import Enrollment

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(db):
    return make_course()


@pytest.fixture
def member(course):
    return make_member(course)


def refused(course, body="Why?", **fields) -> Refused:
    """Why this is not said."""
    before = Message.objects.count(), Event.objects.count()
    with pytest.raises(Refused) as caught:
        say(course, body, **fields)
    assert (Message.objects.count(), Event.objects.count()) == before
    return caught.value


def ago(**span):
    return timezone.now() - timedelta(**span)


def test_message_is_an_event_of_the_same_number(course, member):
    messages = [say(course, author=member), say(course)]

    assert [message.sequence for message in messages] == [1, 2]
    assert list(course.room.events.values_list("sequence", "kind", "message", "at")) == [
        (message.sequence, "message", message.pk, message.sent_at) for message in messages
    ]


def test_rooms_count_for_themselves(course, member):
    say(course)
    other = make_course()

    assert say(other).sequence == 1
    assert Room.objects.get(course=course).last_sequence == 1


def test_event_is_told_once_it_is_committed(course, member, django_capture_on_commit_callbacks):
    heard = []

    def hear(event, **_more):
        heard.append(event.sequence)

    log.event_logged.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        say(course, author=member)
        assert heard == []
    log.event_logged.disconnect(hear)

    assert heard == [1]


def test_sent_again_it_is_the_same_message(course, member):
    draft = make_draft()
    first = send(author=member, course=course.pk, draft=draft)

    again = send(author=member, course=course.pk, draft=draft)

    assert (first.is_new, again.is_new) == (True, False)
    assert again.message == first.message
    assert Event.objects.count() == 1


def test_sent_again_it_is_known_in_a_room_that_was_closed_meanwhile(course, member):
    draft = make_draft()
    first = send(author=member, course=course.pk, draft=draft)
    actions.close_room(person=course.owner, course=course.pk)

    assert send(author=member, course=course.pk, draft=draft).message == first.message


def test_sent_again_it_is_known_however_slow_the_room_is(course, member):
    draft = make_draft()
    first = send(author=member, course=course.pk, draft=draft)
    actions.set_slow_mode(person=course.owner, course=course.pk, seconds=30)

    assert send(author=member, course=course.pk, draft=draft).message == first.message


def test_who_has_left_learns_nothing_by_sending_again(course, member):
    draft = make_draft()
    send(author=member, course=course.pk, draft=draft)
    Enrollment.objects.leave(member, course)

    with pytest.raises(Refused) as refusal:
        send(author=member, course=course.pk, draft=draft)

    assert refusal.value.code == "forbidden"


def test_what_was_sent_to_one_room_is_not_sent_to_another(course, member):
    other = make_course()
    Enrollment.objects.enroll(member, other)
    client_id = say(course, author=member).client_id

    assert refused(other, author=member, client_id=client_id).code == "taken"


def test_two_people_may_have_made_the_same_id(course, member):
    client_id = uuid.uuid4()
    messages = {say(course, author=member, client_id=client_id), say(course, client_id=client_id)}

    assert len(messages) == 2


def test_own_mark_moves_to_what_one_has_said(course, member):
    other = make_member(course)
    say(course, author=other)

    say(course, author=member)

    assert dict(ReadMark.objects.values_list("user", "sequence")) == {other.pk: 1, member.pk: 2}


@pytest.mark.parametrize("body", ["", "   ", "\n\t\r\n", "\u2003", "\u200b", "\ufeff\u200d"])
def test_nothing_is_no_message(course, body):
    assert refused(course, body).code == "empty"


def test_message_has_a_longest_length(course, settings):
    settings.EDUCA_CHAT_LENGTH = 5

    assert say(course, " 12345 ").body == "12345"
    refusal = refused(course, "123456")
    assert (refusal.code, refusal.status) == ("too-long", 413)
    assert refusal.words == "A message has at most 5 characters; this one has 6."


@pytest.mark.parametrize(
    "body", ["\0", "a\x07b", "\ud800", "\udfff!", "x\u202ey", "\x1b[31m", "\x7f"]
)
def test_what_can_not_be_shown_is_refused(course, body):
    assert refused(course, f"a{body}b").code == "characters"


@pytest.mark.parametrize(
    "body",
    ["a\nb", "a\tb", "👩\u200d🔬", "می\u200cخواهم", "<b>&amp;</b>", "{{ 1 }}", "' OR 1=1 --"],
)
def test_everything_else_stays_as_it_is(course, body):
    assert say(course, body).body == body


def test_letters_are_kept_as_one_character(course):
    assert say(course, "e\u0301").body == "é"


def test_burst_is_stopped_and_says_for_how_long(course, member, settings):
    settings.EDUCA_CHAT_BURST = 3
    for _ in range(3):
        say(course, author=member)

    refusal = refused(course, author=member)

    assert (refusal.code, refusal.status) == ("too-fast", 429)
    assert 1 <= refusal.retry_after <= 10
    assert say(course)  # somebody else


def test_burst_is_over_after_ten_seconds(course, member, settings):
    settings.EDUCA_CHAT_BURST = 1
    Message.objects.filter(pk=say(course, author=member).pk).update(sent_at=ago(seconds=10))

    assert say(course, author=member)


def test_only_so_many_messages_are_sent_in_a_minute(course, member, settings):
    settings.EDUCA_CHAT_PER_MINUTE = 2
    for _ in range(2):
        say(course, author=member)
    Message.objects.update(sent_at=ago(seconds=20))

    refusal = refused(course, author=member)

    assert refusal.code == "too-fast"
    assert 38 <= refusal.retry_after <= 40


def test_slow_mode_makes_students_wait_and_nobody_else(course, member):
    actions.set_slow_mode(person=course.owner, course=course.pk, seconds=30)
    say(course, author=member)
    say(course, author=course.owner)

    refusal = refused(course, author=member)

    assert (refusal.code, refusal.retry_after) == ("slow", 30)
    assert say(course, author=course.owner)
    keeper = make_admin()
    assert say(course, author=keeper).sequence < say(course, author=keeper).sequence


def test_in_a_closed_room_only_those_write_who_teach(course, member):
    actions.close_room(person=course.owner, course=course.pk)

    assert refused(course, author=member).code == "closed"
    assert say(course, author=course.owner).is_instructors


def test_who_is_muted_does_not_write_until_the_time_is_over(course, member):
    mute = actions.mute(person=course.owner, course=course.pk, muted=member, minutes=5)

    assert refused(course, author=member).code == "muted"
    mute.until = timezone.now()
    mute.save()
    assert say(course, author=member)


def test_who_was_muted_for_good_is_let_write_again(course, member):
    actions.mute(person=course.owner, course=course.pk, muted=member, minutes=None)
    assert refused(course, author=member).code == "muted"

    actions.unmute(person=course.owner, course=course.pk, muted=member)

    assert say(course, author=member)


def test_muted_in_one_room_one_writes_in_another(course, member):
    other = make_course()
    Enrollment.objects.enroll(member, other)
    actions.mute(person=course.owner, course=course.pk, muted=member, minutes=None)

    assert say(other, author=member)


def test_who_is_not_in_the_course_writes_nothing(course, member):
    Enrollment.objects.leave(member, course)

    assert refused(course, author=member).code == "forbidden"
    assert refused(course, author=make_user()).code == "forbidden"
    assert refused(course, author=make_instructor()).code == "forbidden"


def test_in_a_draft_students_write_nothing(course, member):
    Course.objects.filter(pk=course.pk).update(status=Course.Status.DRAFT)

    assert refused(course, author=member).code == "forbidden"
    assert say(course, author=course.owner)


def test_room_of_an_archived_course_goes_on(course, member):
    Course.objects.filter(pk=course.pk).update(status=Course.Status.ARCHIVED)

    assert say(course, author=member)


def test_room_of_a_deleted_course_is_shut(course, member):
    Course.objects.filter(pk=course.pk).update(trashed_at=timezone.now())

    assert refused(course, author=member).code == "forbidden"


def test_who_looks_after_the_site_is_no_instructor(course):
    assert not say(course, author=make_admin()).is_instructors
    assert say(course, author=course.owner).is_instructors


def test_reply_leads_to_the_question(course, member):
    content = make_content(make_module(course))
    question = say(course, author=member, content=content.pk, paragraph=3)
    reply = say(course, reply_to=question.sequence)

    further = say(course, reply_to=reply.sequence)

    assert question.is_question
    assert (further.reply_to, further.question) == (reply, question)


def test_what_an_instructor_says_at_a_content_waits_for_no_answer(course, member):
    content = make_content(make_module(course))
    asked = say(course, author=member, content=content.pk)
    told = say(course, author=course.owner, content=content.pk)

    assert (asked.settled_at, told.settled_at) == (None, told.sent_at)
    assert list(Message.objects.open_questions()) == [asked]


def test_content_is_one_of_the_course(course, member):
    elsewhere = make_content()
    gone = make_content(make_module(course))
    type(gone).objects.filter(pk=gone.pk).update(trashed_at=timezone.now())

    assert refused(course, author=member, content=elsewhere.pk).code == "no-content"
    assert refused(course, author=member, content=gone.pk).code == "no-content"


def test_reply_is_to_a_message_of_the_room(course, member):
    say(make_course())
    deleted = say(course)
    actions.delete(person=course.owner, course=course.pk, sequence=deleted.sequence)

    assert refused(course, author=member, reply_to=99).code == "no-message"
    assert refused(course, author=member, reply_to=deleted.sequence).code == "no-message"


def test_members_are_mentioned_and_nobody_else(course, member):
    left, stranger = make_member(course), make_user()
    Enrollment.objects.leave(left, course)
    names = [course.owner, member, left, stranger]

    message = say(course, " ".join(f"@{user.username.upper()}," for user in names))

    assert {mention.user for mention in message.mentions.all()} == {course.owner, member}


def test_one_does_not_mention_oneself(course, member):
    assert not say(course, f"@{member.username}", author=member).mentions.exists()


def test_address_is_no_mention(course, member):
    assert not say(course, f"write to me@{member.username}").mentions.exists()


def test_picture_may_stand_alone(course, stored, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = say(course, "", picture=ContentFile(picture(width=600), "a.png"))

    assert stored() == [message.picture.name, f"{message.picture.name}.w480.webp"]
    assert message.picture.name.endswith(".600x6.png")
    with django_capture_on_commit_callbacks(execute=True):
        message.delete()


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg onload=alert(1)>", picture()[:40]])
def test_what_is_no_picture_is_refused_and_leaves_no_file(course, stored, data):
    assert refused(course, picture=ContentFile(data, "a.png")).code == "no-picture"


def test_picture_has_a_largest_size(course, settings, stored):
    settings.EDUCA_CHAT_MAX_PICTURE = len(picture()) - 1

    assert refused(course, picture=ContentFile(picture(), "a.png")).code == "no-picture"


def test_refused_message_leaves_no_picture(course, member, stored):
    actions.mute(person=course.owner, course=course.pk, muted=member, minutes=None)

    assert refused(course, author=member, picture=ContentFile(picture(), "a.png")).code == "muted"
