"""Enrolling, my courses, and the player."""

from django.urls import path

from educa.students.views import enrolling, notes, player, searching

urlpatterns = [
    path("enroll-course/", enrolling.enroll, name="student_enroll_course"),
    path("leave-course/", enrolling.leave, name="student_leave_course"),
    path("courses/", enrolling.StudentCourseListView.as_view(), name="student_course_list"),
    path(
        "course/<int:pk>/", player.StudentCourseDetailView.as_view(), name="student_course_detail"
    ),
    path(
        "course/<int:pk>/<int:module_id>/",
        player.StudentCourseDetailView.as_view(),
        name="student_course_detail_module",
    ),
    path(
        "course/<int:pk>/<int:module_id>/outline/",
        player.ModuleOutlineView.as_view(),
        name="student_module_outline",
    ),
    path(
        "course/<int:pk>/content/<int:content_id>/",
        player.StudentCourseDetailView.as_view(),
        name="student_content_detail",
    ),
    path(
        "course/<int:pk>/content/<int:content_id>/progress/",
        player.ContentProgressView.as_view(),
        name="student_content_progress",
    ),
    path(
        "course/<int:pk>/content/<int:content_id>/note/",
        notes.NoteView.as_view(),
        name="student_content_note",
    ),
    path("notes/", notes.NoteListView.as_view(), name="student_note_list"),
    path("notes/<int:note_id>/delete/", notes.NoteDeleteView.as_view(), name="student_note_delete"),
    path("search/", searching.SearchView.as_view(), name="student_search"),
]
