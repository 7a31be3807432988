"""How tests ask rooms over HTTP."""

from django.urls import reverse

JSON = {"Accept": "application/json"}


def address(name, course, *more):
    """Where a page of a course's room is."""
    return reverse(f"chat:{name}", args=[course.pk, *more])


def code_of(answer):
    """The status of a refusal, and the word for it."""
    return answer.status_code, answer.json()["error"]["code"]
