"""The socket of a room: who gets in, what one may send, and what arrives."""

import json
import time
import uuid
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.sockets.live import PATIENCE, LiveSite

WITHIN = 5.0  # seconds after which somebody who lost their place gets nothing more


@pytest.fixture
def class_(site: LiveSite) -> dict[str, Any]:
    """A course with two students and its owner."""
    return dict(site.beside.course())


def test_a_message_is_acknowledged_and_comes_to_everybody(site, class_):
    room, one, two = class_["course"], class_["student1"], class_["student2"]
    with site.sitting(room, one) as sender, site.sitting(room, two) as reader:
        key = sender.say("Is anybody here?")

        ack = sender.next("ack", client_id=key)
        assert ack["sequence"] == 1
        for place in (sender, reader):
            assert place.messages(until=1) == ["Is anybody here?"]
        told = reader.events()[0]

    assert (told["user"], told["role"], told["client_id"]) == (one["name"], "student", key)


def test_what_another_process_stores_arrives_within_the_promise(site, class_):
    with site.sitting(class_["course"], class_["student1"]) as reader:
        number = site.beside.say(
            course=class_["course"], user=class_["owner"]["user"], body="From a page"
        )

        frame = reader.next("message", within=WITHIN, sequence=number)

    assert (frame["message"], frame["role"]) == ("From a page", "instructor")


def test_a_message_that_is_sent_again_is_the_same_message(site, class_):
    with site.sitting(class_["course"], class_["student1"]) as place:
        key = place.say("Once")
        first = place.next("ack", client_id=key)

        place.say("Once", client_id=key)

        assert place.next("ack", client_id=key) == first
    assert site.beside.bodies(course=class_["course"]) == ["Once"]


def test_who_comes_back_gets_what_they_missed_and_nothing_twice(site, class_):
    room, one, two = class_["course"], class_["student1"], class_["student2"]
    with site.sitting(room, one) as sender:
        with site.sitting(room, two) as reader:
            sender.say("First")
            reader.messages(until=1)
        sender.say("Second")
        sender.say("Third")
        sender.messages(until=3)
        with site.sitting(room, two, after=1) as reader:
            sender.say("Fourth")

            assert reader.messages(until=4) == ["Second", "Third", "Fourth"]


def test_a_long_absence_is_caught_up_in_pages(site, class_):
    room, owner = class_["course"], class_["owner"]
    site.beside.fill(course=room, user=owner["user"], messages=450)

    with site.sitting(room, class_["student1"], after=20) as reader:
        texts = reader.messages(until=450)

    assert texts == [f"Message {number}" for number in range(21, 451)]


@pytest.mark.parametrize(
    "query",
    [
        {"after": 5},
        {"after": 1, "epoch": str(uuid.uuid4())},
        {"after": "x"},
        {"after": "9" * 30},
        {"after": "-1"},
    ],
)
def test_who_names_a_number_that_means_nothing_is_told_to_load_pages(site, class_, query):
    site.beside.fill(course=class_["course"], user=class_["owner"]["user"], messages=2)
    with site.connect(class_["course"], class_["student1"], **query) as socket:
        hello = json.loads(socket.recv(10))

    assert (hello["limited"], hello["head"]) == (True, 2)


def test_who_was_away_for_more_than_a_thousand_events_is_told_to_load_pages(site, class_):
    site.beside.fill(course=class_["course"], user=class_["owner"]["user"], messages=1005)
    with (
        site.connect(class_["course"], class_["student1"], after=4) as far,
        site.connect(class_["course"], class_["student1"], after=5) as near,
    ):
        assert json.loads(far.recv(10))["limited"]
        assert not json.loads(near.recv(10))["limited"]


def test_what_was_deleted_is_not_told_to_who_comes_later(site, class_):
    room, one, two = class_["course"], class_["student1"], class_["student2"]
    with site.sitting(room, one) as sender:
        sender.say("A secret")
        sender.messages(until=1)
        sender.say("About a secret", reply_to=1)
        sender.messages(until=2)
        site.beside.delete(course=room, user=one["user"], sequence=1)
        sender.next("delete", target=1)

        with site.sitting(room, two, after=0) as reader:
            reader.next("delete", target=1)

    assert "A secret" not in json.dumps(reader.frames)
    assert [frame["deleted"] for frame in reader.events()[:2]] == [True, False]


@pytest.mark.parametrize("part", ["stranger", "left", "suspended"])
def test_who_is_not_in_the_course_is_refused_before_the_socket_opens(site, class_, part):
    who = site.beside.person(course=class_["course"], part=part)

    with pytest.raises(InvalidStatus) as refused:
        site.connect(class_["course"], who)

    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("session", [None, "", "0" * 32, "../etc/passwd", "x" * 5000])
def test_who_is_not_signed_in_is_refused(site, class_, session):
    who = None if session is None else {"session": session}

    with pytest.raises(InvalidStatus) as refused:
        site.connect(class_["course"], who)

    assert refused.value.response.status_code in {400, 403}


@pytest.mark.parametrize("part", ["student", "co-instructor", "superuser"])
def test_members_instructors_and_staff_get_in(site, class_, part):
    who = site.beside.person(course=class_["course"], part=part)

    with site.sitting(class_["course"], who) as place:
        keeps_order = place.frames[0]["keeps_order"]

    assert keeps_order == (part != "student")


def test_a_room_that_does_not_exist_is_refused(site, class_):
    with pytest.raises(InvalidStatus) as refused:
        site.connect(2**40, class_["student1"])

    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:1",
        "http://127.0.0.1",
        "http://a.127.0.0.1:{port}",
        "http://localhost:{port}",
        "http://127.0.0.1:{port}/path",
        "http://ada@127.0.0.1:{port}",
        "http://evil.example",
    ],
)
def test_a_page_of_another_origin_is_refused(site, class_, origin):
    origin = origin and origin.format(port=site.port)

    with pytest.raises(InvalidStatus) as refused:
        site.connect(class_["course"], class_["student1"], origin=origin)

    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    ("part", "way", "code"),
    [
        ("student", "signed out", 4401),
        ("student", "password changed", 4401),
        ("student", "suspended", 4401),
        ("student", "erased", 4401),
        ("student", "removed", 4403),
        ("student", "draft", 4403),
        ("co-instructor", "teaches no more", 4403),
    ],
)
def test_an_open_socket_ends_soon_after_its_person_may_not_be_there(site, class_, part, way, code):
    who = site.beside.person(course=class_["course"], part=part)
    with site.sitting(class_["course"], who) as place:
        site.beside.end(course=class_["course"], who=who, way=way)
        ended = time.monotonic()

        assert place.code() == code
        assert time.monotonic() - ended < WITHIN


@pytest.mark.parametrize(("way", "code"), [("signed out", 4401), ("removed", 4403)])
def test_who_may_not_be_there_any_more_says_nothing(site, class_, way, code):
    who = site.beside.person(course=class_["course"], part="student")
    with site.sitting(class_["course"], who) as place:
        site.beside.end(course=class_["course"], who=who, way=way)

        place.say("One last word")

        assert place.code() == code
    assert site.beside.bodies(course=class_["course"]) == []


DEEP = '{"a":' * 3000 + "1" + "}" * 3000
KEY = str(uuid.uuid4())


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "not JSON",
        b"\x00\x01",
        "[]",
        "7",
        "null",
        "1e999",
        DEEP,
        "{}",
        '{"message": "no id"}',
        '{"message": "x", "client_id": 7}',
        '{"message": "x", "client_id": "7"}',
        json.dumps({"client_id": KEY}),
        json.dumps({"message": 7, "client_id": KEY}),
        json.dumps({"message": "x", "client_id": KEY, "reply_to": "1"}),
        json.dumps({"message": "x", "client_id": KEY, "content": True}),
        json.dumps({"message": "x", "client_id": KEY, "content": 1, "second": -1}),
        json.dumps({"message": "x", "client_id": KEY, "reply_to": 2**63}),
        json.dumps({"type": "read", "sequence": "1"}),
        json.dumps({"type": "read"}),
        json.dumps({"type": "websocket.disconnect"}),
        json.dumps({"type": ["message"]}),
        json.dumps({"message": "x" * 17_000, "client_id": KEY}),
    ],
    ids=range(23),
)
def test_a_frame_that_makes_no_sense_is_answered_and_the_socket_stays(site, class_, frame):
    with site.sitting(class_["course"], class_["student1"]) as place:
        place.send(frame)

        assert place.next("error")["code"] == "malformed"
        place.send('{"type": "ping"}')
        assert place.next("pong")["head"] == 0


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("x" * 4001, "too-long"),
        ("a\x00b", "characters"),
        ("\x1b[31m", "characters"),
        ("\ud800", "characters"),
        ("abc\u202edef", "characters"),
    ],
)
def test_a_text_that_can_not_be_said_is_refused_with_its_id(site, class_, message, code):
    with site.sitting(class_["course"], class_["student1"]) as place:
        key = place.say(message)

        error = place.next("error", client_id=key)

    assert (error["code"], bool(error["message"])) == (code, True)
    assert site.beside.bodies(course=class_["course"]) == []


def test_a_frame_that_is_far_too_long_closes_only_its_own_socket(site, class_):
    room = class_["course"]
    with (
        site.sitting(room, class_["student1"]) as loud,
        site.sitting(room, class_["student2"]) as one,
    ):
        loud.send("x" * 70_000)
        assert loud.code() == 1009
        one.say("Still here")

        assert one.messages(until=1) == ["Still here"]


def test_a_frame_in_a_thousand_fragments_closes_only_its_own_socket(site, class_):
    room = class_["course"]
    with (
        site.sitting(room, class_["student1"]) as crumbs,
        site.sitting(room, class_["student2"]) as one,
    ):
        with suppress(ConnectionClosed):
            crumbs.socket.send(["x"] * 1_000)
        assert crumbs.code() == 1009
        one.say("Still here")

        assert one.messages(until=1) == ["Still here"]


def test_ten_thousand_pings_hurt_nobody(site, class_):
    room = class_["course"]
    with (
        site.sitting(room, class_["student1"]) as flood,
        site.sitting(room, class_["student2"]) as one,
    ):
        pings = [flood.socket.ping() for _number in range(10_000)]
        one.say("Calm")

        assert one.messages(until=1) == ["Calm"]
        assert pings[-1].wait(PATIENCE)


def test_nobody_speaks_as_somebody_else(site, class_):
    room, one, owner = class_["course"], class_["student1"], class_["owner"]
    with site.sitting(room, one) as place:
        place.say(
            "It is me",
            user=owner["name"],
            author=owner["user"],
            room=room + 1,
            sequence=99,
            role="instructor",
            datetime="2000-01-01T00:00:00Z",
            is_instructors=True,
        )

        frame = place.next("message")

    assert (frame["user"], frame["role"], frame["sequence"]) == (one["name"], "student", 1)
    assert site.beside.authors(course=room) == [one["user"]]


def test_one_person_has_only_so_many_sockets(site, class_):
    with ExitStack() as open_sockets:
        for _number in range(10):
            open_sockets.enter_context(site.sitting(class_["course"], class_["student1"]))

        with site.connect(class_["course"], class_["student1"]) as one_too_many:
            with pytest.raises(ConnectionClosed) as closed:
                one_too_many.recv(10)

            assert closed.value.rcvd.code == 4429
        with site.sitting(class_["course"], class_["student2"]) as other:
            assert other.frames[0]["type"] == "hello"


def test_a_flood_of_frames_is_slowed_down_and_hurts_nobody(site, class_):
    room = class_["course"]
    with (
        site.sitting(room, class_["student1"]) as flood,
        site.sitting(room, class_["student2"]) as one,
    ):
        for _number in range(200):
            flood.send('{"type": "ping"}')
        one.say("Calm")

        assert one.messages(until=1) == ["Calm"]
        assert flood.next("error")["code"] == "too-fast"


def test_who_is_muted_reads_and_is_told_why_they_can_not_write(site, class_):
    room, one = class_["course"], class_["student1"]
    site.beside.mute(course=room, user=class_["owner"]["user"], muted=one["user"])
    with site.sitting(room, one) as place, site.sitting(room, class_["student2"]) as other:
        key = place.say("But")

        assert place.next("error", client_id=key)["code"] == "muted"
        other.say("Hello")
        assert place.messages(until=1) == ["Hello"]
        assert place.frames[0]["is_muted"]


def test_who_is_muted_and_let_write_again_meanwhile_hears_of_it(site, class_):
    room, one = class_["course"], class_["student1"]
    about = {"course": room, "user": class_["owner"]["user"], "muted": one["user"]}
    with site.sitting(room, one) as place, site.sitting(room, class_["student2"]) as other:
        site.beside.mute(**about)
        muted = place.next("mute")
        site.beside.unmute(**about)
        again = place.next("mute")

        other.send('{"type": "ping"}')
        other.next("pong")

    assert (muted["is_muted"], again["is_muted"]) == (True, False)
    assert "mute" not in {frame["type"] for frame in other.frames}


def test_who_types_is_seen_by_the_others_only(site, class_):
    room, one = class_["course"], class_["student1"]
    with site.sitting(room, one) as writer, site.sitting(room, class_["student2"]) as other:
        writer.send('{"type": "typing"}')

        assert other.next("typing")["user"] == one["name"]
        writer.send('{"type": "ping"}')
        writer.next("pong")
        assert "typing" not in {frame["type"] for frame in writer.frames}


def test_one_sees_who_comes_and_goes(site, class_):
    room, one, two = class_["course"], class_["student1"], class_["student2"]
    with site.sitting(room, one) as place:
        with site.sitting(room, two):
            together = place.next("presence", count=2)
        alone = place.next("presence", count=1)

    assert {person["user"] for person in together["people"]} == {one["name"], two["name"]}
    assert [person["user"] for person in alone["people"]] == [one["name"]]


def test_how_far_somebody_has_read_only_grows(site, class_):
    room, one = class_["course"], class_["student1"]
    site.beside.fill(course=room, user=class_["owner"]["user"], messages=9)
    with site.sitting(room, one) as place:
        for number in (4, 2, 10**15):
            place.send(json.dumps({"type": "read", "sequence": number}))
        place.send('{"type": "ping"}')
        place.next("pong")

    assert site.beside.read(course=room, user=one["user"]) == 9


def test_a_room_never_hears_what_is_said_in_another(site, class_):
    other = site.beside.course()
    with (
        site.sitting(class_["course"], class_["student1"]) as here,
        site.sitting(other["course"], other["student1"]) as there,
    ):
        here.say("Here")
        there.say("There")

        assert here.messages(until=1) == ["Here"]
        assert there.messages(until=1) == ["There"]
