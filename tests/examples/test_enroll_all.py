"""`examples/enroll_all.py`, against a real server."""

import pytest

pytestmark = pytest.mark.once

PROGRAM = "enroll_all.py"


def courses_of(site, token):
    return [row["title"] for row in site.api(token).all("me/courses/")]


def test_it_enrolls_in_every_course_of_all_pages_and_says_where_it_could_not(site):
    token = site.students[0]

    done = site.run(PROGRAM, token=token)

    assert done.returncode == 1
    assert done.stderr.startswith("Closed: 409 closed:")
    assert len(done.stdout.splitlines()) == len(courses_of(site, token)) == 105


def test_when_all_could_be_entered_the_status_is_0_and_again_changes_nothing(site):
    first, second = [
        site.run(PROGRAM, "--subject", "physics", token=site.students[1]) for _ in range(2)
    ]

    assert (first.returncode, first.stderr) == (second.returncode, second.stderr) == (0, "")
    assert first.stdout.count(": enrolled\n") == 3
    assert second.stdout.count(": enrolled already\n") == 3


@pytest.mark.parametrize(
    ("token", "words"), [("", "Set EDUCA_TOKEN"), ("educa_wrong", "401 token")]
)
def test_without_a_good_token_it_says_so_and_fails(site, token, words):
    done = site.run(PROGRAM, token=token)

    assert done.returncode == 1
    assert words in done.stderr


def test_a_token_that_may_only_read_enrolls_nowhere(site):
    done = site.run(PROGRAM, "--subject", "physics", token=site.reader)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("403 scope") == 3
