"""Whom one can mention."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from educa.chat.forms import PeopleForm
from educa.chat.frames import person
from educa.chat.members import named
from educa.chat.views.mixins import RoomView

MOST_PEOPLE = 8


class PersonListView(RoomView):
    """Members of the room by a part of their name."""

    def get(self, request: HttpRequest, course_id: int) -> HttpResponse:
        """A few people other than who asks, with what they are in the course."""
        rows = named(self.course, self.asked(PeopleForm)["q"]).exclude(pk=self.person.pk)
        teach = self.course.instructors
        people = [
            {**person(user), "role": "instructor" if user in teach else "student"}
            for user in rows[:MOST_PEOPLE]
        ]
        return JsonResponse({"people": people})
