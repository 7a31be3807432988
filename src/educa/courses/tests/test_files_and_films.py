"""How files, films and sounds are shown, and how long they play."""

import wave
from io import BytesIO

import pytest
from django.core.files.base import ContentFile

from educa.courses.tests.factories import (
    make_captions,
    make_file,
    make_uploaded_video,
    make_video,
    picture,
)

pytestmark = pytest.mark.django_db


def sound(seconds):
    """The bytes of silence that lasts so long."""
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(1000)
        file.writeframes(bytes(1000 * seconds))
    return out.getvalue()


def test_length_of_an_upload_is_read_from_its_bytes():
    assert make_uploaded_video("tone.wav", sound(7)).duration == 7


def test_length_that_an_author_has_said_holds():
    assert make_uploaded_video("tone.wav", sound(7), duration=9).duration == 9


def test_length_is_that_of_the_file_that_took_the_place_of_another():
    video = make_uploaded_video("tone.wav", sound(7))
    video.file = ContentFile(sound(5), "other.wav")
    video.save()

    assert video.duration == 5


def test_film_that_does_not_say_its_length_has_none():
    assert make_uploaded_video().duration is None


def test_file_says_in_words_what_it_is():
    html = make_file("Results.csv", b"a,b\n1,2\n").render()

    assert "Table (CSV)" in html
    assert "8\xa0bytes" in html
    assert "text/csv" not in html


def test_document_can_be_shown_in_the_page_and_nothing_is_loaded_before():
    file = make_file("Paper.pdf")

    html = file.render()

    assert f'<pdf-frame data-src="{file.file_url}"' in html
    assert "Show here" in html
    assert "<iframe" not in html


def test_file_that_no_page_shows_is_only_offered_for_saving():
    html = make_file("Results.csv", b"a,b\n1,2\n").render()

    assert "Show here" not in html
    assert "?download" in html
    assert ">Open<" not in html


def test_picture_and_sound_that_are_files_are_shown_all_the_same():
    shown = make_file("Map.png", picture()).render()
    heard = make_file("Tone.wav", sound(1)).render()

    assert "<picture-viewer" in shown
    assert "<audio controls" in heard


def test_sound_with_captions_has_a_place_for_them():
    video = make_uploaded_video("tone.wav", sound(1))
    before = video.render()
    make_captions(video)

    assert "<audio" in before
    assert '<video controls preload="metadata" playsinline class="is-sound"' in video.render()


def test_film_of_another_host_loads_nothing_by_itself():
    html = make_video().render()

    assert "<iframe" not in html
    assert 'src="https://' not in html.replace("data-src", "")
    assert 'data-src="https://www.youtube-nocookie.com/embed/' in html


def test_film_of_a_host_that_is_no_longer_allowed_is_a_note(settings):
    video = make_video()
    settings.EDUCA_VIDEO_HOSTS = []

    assert "on a site that can't be shown here" in video.render()
