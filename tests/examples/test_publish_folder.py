"""`examples/publish_folder.py`, against a real server."""

import json
from itertools import count

import pytest

from educa.courses.tests.factories import PDF, picture

pytestmark = pytest.mark.once

PROGRAM = "publish_folder.py"
LIGHT = "# What it is\n\nA wave, as this shows:\n\n![A prism](prism.png)\n"
numbers = count(1)


@pytest.fixture
def folder(tmp_path):
    """A course of two modules, with a picture in a text, one by itself, and a paper."""
    course = tmp_path / f"waves-{next(numbers)}"
    light, sound = course / "01-light", course / "02-sound"
    light.mkdir(parents=True)
    sound.mkdir()
    (course / "index.md").write_text("# Waves\n\nOf *light* and sound.\n")
    (light / "01-what-it-is.md").write_text(LIGHT)
    (light / "prism.png").write_bytes(picture())
    (light / "02-paper.pdf").write_bytes(PDF)
    (sound / "01-tones.md").write_text("Sounds *good*.\n")
    (sound / "02-string.png").write_bytes(picture(width=12))
    return course


@pytest.fixture
def publish(site, folder):
    """Run the program on the folder; what it has said."""

    def run(*words):
        done = site.run(PROGRAM, folder, "--subject", "music", *words, token=site.author)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


@pytest.fixture
def api(site):
    return site.api(site.author)


def course_of(folder):
    return json.loads((folder / ".educa.json").read_text())["made"][""]["id"]


def told(api, folder):
    """The modules with the kinds and titles of their contents."""
    return [
        (module["title"], [(each["kind"], each["title"]) for each in module["contents"]])
        for module in api.get(f"courses/{course_of(folder)}/contents/")
    ]


ALL = [
    ("Light", [("text", "What it is"), ("file", "Paper")]),
    ("Sound", [("text", "Tones"), ("image", "String")]),
]


def test_a_folder_becomes_a_course(publish, folder, api):
    publish()

    course = api.get(f"courses/{course_of(folder)}/")
    assert (course["title"], course["overview"], course["status"]) == (
        "Waves",
        "Of *light* and sound.",
        "draft",
    )
    assert told(api, folder) == ALL


def test_a_picture_that_a_text_shows_is_put_into_it(publish, folder, api):
    publish()

    (shown,) = api.all("attachments/", course=course_of(folder))
    text = api.get(f"courses/{course_of(folder)}/contents/")[0]["contents"][0]

    assert f"![A prism]({shown['path']})" in text["data"]["content"]
    assert f'src="{shown["path"]}' in text["item"]


def test_again_there_is_nothing_to_do(publish, folder, api):
    publish()
    before = api.get(f"courses/{course_of(folder)}/contents/")

    assert publish("--prune") == ["Nothing to do."]
    assert api.get(f"courses/{course_of(folder)}/contents/") == before


def test_what_changed_is_brought_up_to_date_and_the_rest_left(publish, folder, api):
    publish()
    before = api.get(f"courses/{course_of(folder)}/contents/")
    (folder / "02-sound/01-tones.md").write_text("# Notes\n\nHigh and low.\n")

    said = publish()
    after = api.get(f"courses/{course_of(folder)}/contents/")

    assert said == ["change 02-sound/01-tones.md", "1 steps"]
    assert after[1]["contents"][0]["id"] == before[1]["contents"][0]["id"]
    assert after[1]["contents"][0]["title"] == "Notes"
    assert after[0] == before[0]


def test_a_picture_that_changed_is_the_one_that_its_text_shows(publish, folder, api):
    publish()
    (folder / "01-light/prism.png").write_bytes(picture(width=30))

    said = publish("--prune")

    (shown,) = api.all("attachments/", course=course_of(folder))
    text = api.get(f"courses/{course_of(folder)}/contents/")[0]["contents"][0]
    assert shown["path"] in text["data"]["content"]
    assert "change 01-light/01-what-it-is.md" in said


def test_what_is_gone_from_the_folder_stays_unless_it_is_to_be_pruned(publish, folder, api):
    publish()
    (folder / "01-light/02-paper.pdf").unlink()

    kept = publish(), told(api, folder)
    pruned = publish("--prune"), told(api, folder)

    assert kept == (["Nothing to do."], ALL)
    assert pruned[0] == ["delete 01-light/02-paper.pdf", "1 steps"]
    assert pruned[1][0] == ("Light", [("text", "What it is")])


def test_a_module_that_is_gone_goes_with_its_contents(publish, folder, api):
    publish()
    for file in (folder / "02-sound").iterdir():
        file.unlink()
    (folder / "02-sound").rmdir()

    publish("--prune")

    assert told(api, folder) == ALL[:1]


def test_what_others_made_stays_and_comes_last(publish, folder, api):
    publish()
    course = course_of(folder)
    api.send("POST", "modules/", {"course": course, "title": "By hand", "order": 0})
    (folder / "03-water").mkdir()

    publish("--prune")

    assert [title for title, _contents in told(api, folder)] == [
        "Light",
        "Sound",
        "Water",
        "By hand",
    ]


def test_a_content_that_somebody_deleted_on_the_pages_stays_deleted(publish, folder, api):
    publish()
    text = api.get(f"courses/{course_of(folder)}/contents/")[1]["contents"][0]
    api.send("DELETE", f"contents/{text['id']}/")

    assert publish() == ["Nothing to do."]
    assert told(api, folder)[1] == ("Sound", [("image", "String")])


def test_trying_says_what_would_be_done_and_does_nothing(publish, folder, api):
    first = publish("--dry-run")
    publish()
    before = told(api, folder)
    (folder / "01-light/01-what-it-is.md").write_text("# Else\n")

    second = publish("--dry-run", "--prune", "--publish")

    assert first[0] == "would make the course"
    assert "would change 01-light/01-what-it-is.md" in second
    assert "would publish the course" in second
    assert told(api, folder) == before


def test_it_can_be_published(publish, folder, api):
    publish("--publish")

    assert api.get(f"courses/{course_of(folder)}/")["status"] == "published"


def test_a_token_that_may_only_read_makes_nothing(site, folder):
    done = site.run(PROGRAM, folder, "--subject", "music", token=site.reader)

    assert done.returncode == 1
    assert "403 scope" in done.stderr
    assert not (folder / ".educa.json").exists()
