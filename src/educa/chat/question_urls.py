"""Where the questions at contents are; every path is below /chat/."""

from django.urls import path

from educa.chat.views import questions

urlpatterns = [
    path("questions/", questions.QuestionSearchView.as_view(), name="question_search"),
    path(
        "room/<int:course_id>/content/<int:content_id>/",
        questions.ContentQuestionsView.as_view(),
        name="content_questions",
    ),
    path(
        "room/<int:course_id>/questions/",
        questions.QuestionListView.as_view(),
        name="question_list",
    ),
]
