"""What rooms answer over HTTP: to programs in JSON, to plain forms with the way back."""

import re
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from educa.accounts.tests.factories import make_user
from educa.chat import actions
from educa.chat.models import Message, Mute, ReadMark
from educa.chat.tests.factories import make_member, say
from educa.courses.tests.factories import make_content, make_course, make_module, picture
from educa.students.models import Enrollment

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
HTML = "<script>alert(1)</script><img src=x onerror=alert(1)>"
TOO_BIG = 2**63


def address(name, course, *more):
    return reverse(f"chat:{name}", args=[course.pk, *more])


@pytest.fixture
def course(db):
    return make_course()


@pytest.fixture
def member(client, course):
    """Somebody who studies the course, and is signed in."""
    member = make_member(course)
    client.force_login(member)
    return member


@pytest.fixture
def post(client, course, member):
    """Posts as a program does."""

    def send(name, *more, **data):
        return client.post(address(name, course, *more), data, headers=JSON)

    return send


@pytest.fixture
def get(client, course, member):
    """Asks as a program does; what the JSON says."""

    def ask(name, **data):
        return client.get(address(name, course), data, headers=JSON).json()

    return ask


def code_of(answer):
    return answer.status_code, answer.json()["error"]["code"]


def numbers(messages):
    return [message["sequence"] for message in messages]


# Reading


def test_pages_of_messages_lead_back_to_the_first(course, get):
    for number in range(1, 6):
        say(course, f"Number {number}")

    last = get("message_list", limit=2)
    first = get("message_list", limit=3, before=4)

    assert numbers(last["messages"]) == [4, 5]
    assert (last["has_older"], last["has_newer"], last["head"]) == (True, False, 5)
    assert numbers(first["messages"]) == [1, 2, 3]
    assert (first["has_older"], first["has_newer"]) == (False, True)


def test_pages_of_messages_lead_on_to_the_last(course, get):
    for _ in range(4):
        say(course)

    page = get("message_list", after=1, limit=2)

    assert numbers(page["messages"]) == [2, 3]
    assert (page["has_older"], page["has_newer"]) == (True, True)


def test_room_where_nobody_was_yet_is_empty(get):
    page = get("message_list")

    assert (page["messages"], page["head"], page["has_older"]) == ([], 0, False)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("message_list", {"limit": 101}),
        ("message_list", {"limit": 0}),
        ("message_list", {"before": -1}),
        ("message_list", {"after": TOO_BIG}),
        ("message_list", {"after": "9" * 5000}),
        ("message_list", {"after": 1, "before": 2}),
        ("message_list", {"before": "\0"}),
        ("event_list", {}),
        ("event_list", {"after": "one"}),
        ("event_list", {"after": 1, "epoch": "now"}),
        ("person_list", {"q": "a" * 151}),
        ("person_list", {"q": "a\0"}),
    ],
)
def test_what_can_not_be_understood_is_told(client, course, member, name, asked):
    answer = client.get(address(name, course), asked, headers=JSON)

    assert code_of(answer) == (400, "malformed")


def test_events_are_the_log_in_order(course, member, get):
    message = say(course, author=member)
    actions.react(person=member, course=course.pk, sequence=1, sign="👍", on=True)
    actions.edit(author=member, course=course.pk, sequence=1, body="Other")

    log = get("event_list", after=0, epoch=str(message.room.epoch))

    told = [(event["type"], event["sequence"]) for event in log["events"]]
    assert told == [("message", 1), ("reaction", 2), ("edit", 3)]
    assert (log["more"], log["limited"], log["head"]) == (False, False, 3)
    assert get("event_list", after=3)["events"] == []


def test_long_log_comes_in_pieces(course, get, monkeypatch):
    for _ in range(3):
        say(course)
    monkeypatch.setattr("educa.chat.log.events_after.__kwdefaults__", {"limit": 2})

    first, last = get("event_list", after=0), get("event_list", after=2)

    assert (numbers(first["events"]), first["more"]) == ([1, 2], True)
    assert (numbers(last["events"]), last["more"]) == ([3], False)


def test_who_is_too_far_behind_or_counts_otherwise_loads_pages(course, get, monkeypatch):
    monkeypatch.setattr("educa.chat.log.FARTHEST", 1)
    say(course)
    say(course)

    asked = [{"after": 0}, {"after": 3}, {"after": 1, "epoch": str(uuid.uuid4())}, {"after": 1}]

    assert [get("event_list", **each)["limited"] for each in asked] == [True, True, True, False]


def test_people_are_members_by_name_but_oneself(course, member, get):
    ada = make_user(username="ada", display_name="Countess")
    Enrollment.objects.enroll(ada, course)
    make_user(username="adam")  # no member
    left = make_user(username="adele")
    Enrollment.objects.enroll(left, course)
    Enrollment.objects.leave(left, course)

    found = get("person_list", q="AD")["people"]

    assert found == [{"user": "ada", "name": "Countess", "role": "student"}]
    assert member.username not in str(get("person_list"))
    assert get("person_list", q=course.owner.username)["people"][0]["role"] == "instructor"


def test_pinned_messages_are_listed_and_no_others(course, get):
    for _ in range(3):
        say(course)
    for sequence in (2, 1):
        actions.pin(person=course.owner, course=course.pk, sequence=sequence)

    assert numbers(get("pinned_list")["messages"]) == [1, 2]


def test_room_of_another_course_is_not_read(client, member):
    other = make_course()
    say(other, "Secret")

    for name in ("message_list", "event_list", "pinned_list", "person_list"):
        answer = client.get(address(name, other), {"after": 0}, headers=JSON)
        assert code_of(answer) == (404, "no-room")
        assert "Secret" not in answer.content.decode()


def test_who_is_signed_out_is_told_so(client, course):
    answer = client.get(address("message_list", course), headers=JSON)

    assert code_of(answer) == (401, "signed-out")


def test_who_posts_signed_out_comes_back_to_the_room(client, course):
    room = address("course_chat_room", course)

    answer = client.post(address("message_list", course), {"message": "Why?"})

    assertRedirects(answer, f"{reverse('login')}?next={room}", fetch_redirect_response=False)


def test_numbers_beyond_the_database_are_not_there(client, member, post):
    nowhere = f"/chat/room/{TOO_BIG}/messages/"

    assert client.get(nowhere, headers=JSON).status_code == 404
    assert code_of(post("message_delete", TOO_BIG)) == (404, "no-message")
    assert code_of(post("message_delete", 10**30)) == (404, "no-message")


# Saying


def test_message_is_answered_as_it_is_stored(member, post):
    client_id = str(uuid.uuid4())

    answer = post("message_list", message="  Why?\r\n", client_id=client_id)

    said = {"sequence": 1, "client_id": client_id, "user": member.username, "message": "Why?"}
    assert answer.status_code == 201
    assert answer.json() == answer.json() | said
    assert "no-store" in answer.headers["Cache-Control"]


def test_message_sent_again_is_answered_again(post):
    client_id = uuid.uuid4()
    first = post("message_list", message="Why?", client_id=client_id)

    again = post("message_list", message="Why?", client_id=client_id)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "1"},
        {"client_id": ""},
        {"client_id": "9" * 5000},
        {"reply_to": "x"},
        {"reply_to": TOO_BIG},
        {"content": -1},
        {"content": 1, "paragraph": 2**31},
        {"content": 1, "second": "1.5.2"},
    ],
)
def test_malformed_message_is_not_stored(post, wrong):
    fields = {"message": "Why?", "client_id": uuid.uuid4(), **wrong}

    assert code_of(post("message_list", **fields)) == (400, "malformed")
    assert not Message.objects.exists()


def test_refusal_tells_when_to_try_again(member, course, post, settings):
    settings.EDUCA_CHAT_BURST = 1
    say(course, author=member)

    answer = post("message_list", message="Why?", client_id=uuid.uuid4())

    assert code_of(answer) == (429, "too-fast")
    assert answer.headers["Retry-After"] == str(answer.json()["error"]["retry_after"])


@pytest.mark.parametrize(
    ("message", "expected"),
    [("", (400, "empty")), ("a" * 4001, (413, "too-long")), ("a\0", (400, "characters"))],
)
def test_text_that_is_none_is_refused(post, message, expected):
    answer = post("message_list", message=message, client_id=uuid.uuid4())

    assert code_of(answer) == expected


def test_plain_form_leads_to_what_was_said(client, course, member):
    data = {"message": "Why?", "client_id": uuid.uuid4()}

    answer = client.post(address("message_list", course), data)

    assert answer.url == f"{address('course_chat_room', course)}#m1"


@pytest.mark.parametrize(
    ("wanted", "is_followed"),
    [
        ("/students/courses/", True),
        ("//evil.example/", False),
        ("https://evil.example/", False),
        ("/\\evil.example", False),
        ("javascript:alert(1)", False),
    ],
)
def test_form_leads_to_pages_of_this_site_only(client, course, member, wanted, is_followed):
    data = {"message": "Why?", "client_id": uuid.uuid4(), "next": wanted}

    answer = client.post(address("message_list", course), data)

    assert (answer.url == wanted) == is_followed
    assert answer.url.startswith("/")
    assert "evil" not in answer.url


def test_plain_form_that_is_refused_says_why(client, course, member):
    data = {"message": " ", "client_id": uuid.uuid4()}

    answer = client.post(address("message_list", course), data, follow=True)

    assertContains(answer, "Write something first.")
    assert not Message.objects.exists()


def test_html_is_text_everywhere(client, course, member, post):
    say(course, HTML, author=member)

    answer = client.get(address("message_list", course))
    page = client.get(address("course_chat_room", course))

    assert answer.json()["messages"][0]["message"] == HTML
    assert answer.headers["Content-Type"] == "application/json"
    assertNotContains(page, "<script>alert(1)")
    assertNotContains(page, "<img src=x")


def test_names_of_people_are_text_in_what_a_form_says(client, course):
    name = "<b>Eve</b>"
    eve = make_user(username="eve", display_name=name)
    Enrollment.objects.enroll(eve, course)
    client.force_login(course.owner)

    page = client.post(address("mute", course), {"user": "eve"}, follow=True)

    assertNotContains(page, name)


# Pictures


@pytest.fixture
def shown(course, settings, tmp_path):
    """A message with a picture of 1000 by 700 pixels."""
    settings.MEDIA_ROOT = tmp_path
    return say(course, picture=ContentFile(picture("JPEG", 1000, 700), "photo.jpeg"))


def bytes_of(answer):
    return answer.status_code, answer.headers["Content-Type"], len(answer.getvalue())


def test_picture_is_sent_with_a_message(course, member, post, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("../../a.html", picture(width=600), "text/html")

    answer = post("message_list", message="", client_id=uuid.uuid4(), picture=file)

    place = address("message_picture", course, 1)
    assert answer.json()["picture"] == {"url": place, "width": 600, "height": 6}


def test_only_where_messages_are_said_a_request_may_carry_a_picture(course, settings):
    fitting = [
        most
        for path, most in settings.UPLOAD_PATHS.items()
        if re.search(path, address("message_list", course))
    ]

    assert fitting == [settings.EDUCA_CHAT_MAX_PICTURE]


def test_picture_that_is_none_is_refused(post):
    for data in (b"", b"<svg onload='alert(1)'/>", b"%PDF-1.4"):
        file = SimpleUploadedFile("a.png", data, "image/png")
        answer = post("message_list", message="Look", client_id=uuid.uuid4(), picture=file)
        assert code_of(answer) == (400, "no-picture")


def test_picture_is_for_who_may_enter_the_room(client, course, member, shown):
    place = address("message_picture", course, 1)

    status, kind, size = bytes_of(client.get(place))

    assert (status, kind, size) == (200, "image/jpeg", shown.picture.size)
    client.force_login(make_member(make_course()))
    assert client.get(place).status_code == 404


def test_narrow_screen_gets_a_smaller_picture(client, course, member, shown):
    place = address("message_picture", course, 1)
    small, whole = (bytes_of(client.get(place, {"width": width})) for width in (480, 1600))

    assert small[:2] == (200, "image/webp")
    assert whole == (200, "image/jpeg", shown.picture.size)
    assert client.get(place, {"width": "wide"}, headers=JSON).status_code == 400


def test_picture_runs_nothing(client, course, member, shown):
    answer = client.get(address("message_picture", course, 1))
    answer.close()

    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_picture_of_a_deleted_message_is_gone(client, course, member, shown):
    actions.delete(person=course.owner, course=course.pk, sequence=1)

    assert client.get(address("message_picture", course, 1)).status_code == 404


def test_message_without_a_picture_has_none(client, course, member):
    say(course)

    assert client.get(address("message_picture", course, 1)).status_code == 404


def test_picture_is_found_at_no_other_address(client, course, member, shown):
    assert client.get(reverse("media", args=[shown.picture.name])).status_code == 404


# Doing something with messages


def test_steps_reach_their_message(course, member, post):
    say(course, "One", author=member)
    say(course, "Two")

    assert post("message_edit", 1, message="Uno").json() == {}
    assert post("message_react", 2, sign="👍", on="true").json() == {}
    assert post("message_report", 2, reason="Rude").json() == {}
    assert post("message_delete", 1).json() == {}

    one, two = Message.objects.order_by("sequence")
    assert (one.is_deleted, two.reactions.get().user, two.reports.get().reason) == (
        True, member, "Rude",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("message_react", {"sign": "👍"}),
        ("message_react", {"sign": "👍", "on": "yes"}),
        ("message_pin", {}),
        ("message_report", {"reason": "a" * 501}),
        ("message_answer", {}),
        ("message_answer", {"answer": 1, "settled": "true"}),
        ("message_answer", {"answer": "last"}),
    ],
)
def test_malformed_step_is_refused(course, post, name, data):
    say(course)

    assert code_of(post(name, 1, **data)) == (400, "malformed")


def test_question_is_answered_settled_and_opened(course, member, post):
    content = make_content(make_module(course))
    question = say(course, author=member, content=content.pk)
    reply = say(course, reply_to=1)

    def state():
        question.refresh_from_db()
        return question.answer, question.settled_at is not None

    post("message_answer", 1, answer=2)
    assert state() == (reply, True)
    post("message_answer", 1, settled="false")
    assert state() == (None, False)
    post("message_answer", 1, settled="true")
    assert state() == (None, True)


def test_read_mark_moves_forward_only_and_not_beyond_the_last(course, member, post):
    for _ in range(3):
        say(course)

    def read(sequence):
        post("read", sequence=sequence)
        return ReadMark.objects.of(member).get().sequence

    assert [read(2), read(1), read(99), read(0)] == [2, 2, 3, 3]
    assert code_of(post("read", sequence=-1)) == (400, "malformed")


# Keeping order


def test_who_keeps_order_mutes_by_name(client, course, member):
    client.force_login(course.owner)
    data = {"user": member.username.upper(), "minutes": 10}

    assert client.post(address("mute", course), data, headers=JSON).json() == {}

    assert (Mute.objects.get().user, Mute.objects.get().until is None) == (member, False)


def test_who_has_left_is_unmuted_still(client, course, member):
    actions.mute(person=course.owner, course=course.pk, muted=member, minutes=None)
    Enrollment.objects.leave(member, course)
    client.force_login(course.owner)

    client.post(address("unmute", course), {"user": member.username})

    assert not Mute.objects.exists()


def test_only_members_are_muted(client, course):
    client.force_login(course.owner)
    data = {"user": make_user().username}

    answer = client.post(address("mute", course), data, headers=JSON)

    assert code_of(answer) == (404, "no-person")


@pytest.mark.parametrize("minutes", ["0", "-5", "soon", 366 * 24 * 60 + 1])
def test_mute_has_a_time_that_makes_sense(client, course, member, minutes):
    client.force_login(course.owner)
    data = {"user": member.username, "minutes": minutes}

    answer = client.post(address("mute", course), data, headers=JSON)

    assert code_of(answer) == (400, "malformed")


def test_others_do_not_learn_who_is_there_by_muting(course, post):
    for user in (course.owner.username, "nobody"):
        assert code_of(post("mute", user=user)) == (403, "forbidden")


def test_settings_that_are_left_out_stay(client, course):
    client.force_login(course.owner)
    actions.close_room(person=course.owner, course=course.pk)

    client.post(address("room_settings", course), {"slow_seconds": 10})

    course.room.refresh_from_db()
    assert (course.room.is_closed, course.room.slow_seconds) == (True, 10)


# Cost


def crowd(course, member, amount):
    """A room in which a lot was said, with everything that a message can have."""
    content = make_content(make_module(course))
    others = [make_member(course) for _ in range(4)]
    for number in range(amount):
        author = others[number % 4]
        Message.objects.filter(author=author).update(sent_at="2026-01-01T00:00Z")
        where = {"content": content.pk} if number % 2 else {"reply_to": 1} if number else {}
        said = say(course, f"@{member.username} @{others[0].username}", author=author, **where)
        actions.react(person=member, course=course.pk, sequence=said.sequence, sign="👍", on=True)
        actions.pin(person=course.owner, course=course.pk, sequence=said.sequence)
        if said.is_question:
            reply = say(course, author=course.owner, reply_to=said.sequence)
            Message.objects.filter(pk=reply.pk).update(sent_at="2026-01-01T00:00Z")
            actions.mark_answer(
                person=course.owner,
                course=course.pk,
                question=said.sequence,
                answer=reply.sequence,
            )


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("message_list", 9),
        ("event_list", 10),
        ("pinned_list", 9),
        ("person_list", 7),
        ("course_chat_room", 12),
    ],
)
def test_cost_does_not_grow_with_what_was_said(
    client, member, django_assert_max_num_queries, name, most
):
    costs = []
    for amount in (10, 60):
        crowded = make_course()
        Enrollment.objects.enroll(member, crowded)
        crowd(crowded, member, amount)
        with django_assert_max_num_queries(most) as asked:
            client.get(address(name, crowded), {"after": 0})
        costs.append(len(asked))

    assert costs[0] == costs[1]
