"""What is said in the room of a course."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from educa.api.models import Scope
from educa.api.serializers import StrictSerializer
from educa.api.views import ApiView, person_of
from educa.chat.actions import Draft, send
from educa.chat.frames import message_frame
from educa.chat.log import messages_of, shown
from educa.chat.models import Room
from educa.courses.models import Course

BIGGEST = 2**63 - 1
MOST = 100  # messages of a page


class HistoryParameters(serializers.Serializer[Any]):
    """Which messages: the last ones, those before a number, or those after one."""

    before = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST)
    after = serializers.IntegerField(required=False, min_value=0, max_value=BIGGEST)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MOST)


class MessageSerializer(serializers.Serializer[Any]):
    """A message as it is now; its fields are those of docs/reference/chat.md."""

    type = serializers.CharField()
    sequence = serializers.IntegerField(help_text="Its number in the log of the room.")
    client_id = serializers.UUIDField()
    datetime = serializers.DateTimeField()
    user = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    role = serializers.ChoiceField(["instructor", "student"])
    message = serializers.CharField(allow_blank=True)
    mentions = serializers.ListField(child=serializers.CharField())
    edited = serializers.DateTimeField(allow_null=True)
    deleted = serializers.BooleanField()
    pinned = serializers.BooleanField()
    reactions = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    reply_to = serializers.DictField(required=False)
    content = serializers.DictField(required=False)
    settled = serializers.BooleanField(required=False)
    answer = serializers.IntegerField(required=False, allow_null=True)
    picture = serializers.DictField(required=False)


class HistorySerializer(serializers.Serializer[Any]):
    """Some messages in order, and whether there are more; `head` is the last number of the log."""

    results = MessageSerializer(many=True)
    has_older = serializers.BooleanField()
    has_newer = serializers.BooleanField()
    head = serializers.IntegerField()


class DraftSerializer(StrictSerializer):
    """What is to be said. Sent again with the same `client_id`, it is the same message."""

    message = serializers.CharField(max_length=10_000, trim_whitespace=False)
    client_id = serializers.UUIDField()
    reply_to = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST)
    content = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST)
    paragraph = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    second = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


class MessageListView(ApiView):
    """The room of a course, for who may enter it: 404 for everybody else."""

    scope = Scope.LEARN
    parameters = HistoryParameters

    @extend_schema(
        responses=HistorySerializer,
        operation_id="courses_messages_list",
    )
    def get(self, request: Request, pk: int) -> Response:
        """A page of messages."""
        room = Room.objects.of(self._course(request, pk))
        asked = HistoryParameters(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wish = {"limit": 50, **asked.validated_data}
        page = messages_of(room, **wish)
        return Response(
            {
                "results": [message_frame(message) for message in page.messages],
                "has_older": page.has_older,
                "has_newer": page.has_newer,
                "head": room.last_sequence,
            }
        )

    @extend_schema(
        request=DraftSerializer,
        responses={200: MessageSerializer, 201: MessageSerializer},
        operation_id="courses_messages_create",
    )
    def post(self, request: Request, pk: int) -> Response:
        """Say something; 200 for what was said before."""
        course = self._course(request, pk)
        draft = DraftSerializer(data=request.data)
        draft.is_valid(raise_exception=True)
        words = dict(draft.validated_data)
        sent = send(
            author=person_of(request),
            course=course.pk,
            draft=Draft(body=words.pop("message"), **words),
        )
        code = status.HTTP_201_CREATED if sent.is_new else status.HTTP_200_OK
        return Response(message_frame(shown(sent.message.pk)), status=code)

    @staticmethod
    def _course(request: Request, pk: int) -> Course:
        course: Course = get_object_or_404(Course.objects.readable_by(request.user), pk=pk)
        return course
