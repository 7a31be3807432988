"""The studio; every path is below /course/."""

from django.urls import path

from educa.studio.views import (
    arriving,
    attachment,
    attachment_create,
    captions,
    content,
    content_steps,
    copies,
    course,
    drafts,
    history,
    instructors,
    module_formset,
    module_page,
    module_steps,
    order,
    outline,
    preview,
    status,
    trash,
)

urlpatterns = [
    path("mine/", course.CourseListView.as_view(), name="manage_course_list"),
    path("create/", course.CourseCreateView.as_view(), name="course_create"),
    path("trash/", trash.CourseTrashListView.as_view(), name="course_trash_list"),
    path("<int:pk>/edit/", course.CourseEditView.as_view(), name="course_edit"),
    path("<int:pk>/delete/", course.CourseDeleteView.as_view(), name="course_delete"),
    path("<int:pk>/publish/", status.CoursePublishView.as_view(), name="course_publish"),
    path("<int:pk>/duplicate/", copies.CourseDuplicateView.as_view(), name="course_duplicate"),
    path("<int:pk>/restore/", trash.CourseRestoreView.as_view(), name="course_restore"),
    path("<int:pk>/purge/", trash.CoursePurgeView.as_view(), name="course_purge"),
    path("<int:pk>/trash/", trash.CourseTrashView.as_view(), name="course_trash"),
    path(
        "<int:pk>/instructors/",
        instructors.CourseInstructorsView.as_view(),
        name="course_instructors",
    ),
    path(
        "<int:pk>/instructors/<int:user_id>/remove/",
        instructors.CourseInstructorRemoveView.as_view(),
        name="course_instructor_remove",
    ),
    path(
        "<int:pk>/hand-over/",
        instructors.CourseHandOverView.as_view(),
        name="course_hand_over",
    ),
    path(
        "<int:pk>/module/",
        module_formset.CourseModuleUpdateView.as_view(),
        name="course_module_update",
    ),
    path("<int:pk>/outline/", outline.CourseOutlineView.as_view(), name="course_outline"),
    path("<int:pk>/module/create/", module_steps.ModuleCreateView.as_view(), name="module_create"),
    path("module/order/", order.ModuleOrderView.as_view(), name="module_order"),
    path("module/<int:module_id>/edit/", module_steps.ModuleEditView.as_view(), name="module_edit"),
    path("module/<int:module_id>/move/", module_steps.ModuleMoveView.as_view(), name="module_move"),
    path(
        "module/<int:module_id>/delete/",
        module_steps.ModuleDeleteView.as_view(),
        name="module_delete",
    ),
    path(
        "module/<int:module_id>/outline/",
        outline.ModuleOutlineView.as_view(),
        name="module_outline",
    ),
    path(
        "module/<int:module_id>/content/upload/",
        arriving.ContentFromUploadView.as_view(),
        name="content_from_upload",
    ),
    path(
        "module/<int:module_id>/content/video/<int:id>/captions/",
        captions.CaptionTrackCreateView.as_view(),
        {"model_name": "video"},
        name="caption_track_create",
    ),
    path(
        "captions/<int:id>/delete/",
        captions.CaptionTrackDeleteView.as_view(),
        name="caption_track_delete",
    ),
    path(
        "module/<int:module_id>/",
        module_page.ModuleContentListView.as_view(),
        name="module_content_list",
    ),
    path(
        "<int:pk>/attachments/",
        attachment.AttachmentListView.as_view(),
        name="course_attachment_list",
    ),
    path(
        "attachment/<int:id>/delete/",
        attachment.AttachmentDeleteView.as_view(),
        name="attachment_delete",
    ),
    path(
        "<int:pk>/attachments/create/",
        attachment_create.AttachmentCreateView.as_view(),
        name="attachment_create",
    ),
    path("overview/preview/", preview.PreviewView.as_view(), name="overview_preview"),
    path(
        "module/<int:module_id>/content/text/preview/",
        preview.TextPreviewView.as_view(),
        name="text_preview",
    ),
    path(
        "module/<int:module_id>/content/text/draft/",
        drafts.TextDraftView.as_view(),
        name="text_draft_create",
    ),
    path(
        "module/<int:module_id>/content/text/<int:id>/draft/",
        drafts.TextDraftView.as_view(),
        name="text_draft_update",
    ),
    path(
        "module/<int:module_id>/content/text/<int:id>/history/",
        history.TextHistoryView.as_view(),
        name="text_history",
    ),
    path(
        "module/<int:module_id>/content/text/<int:id>/history/<int:version_id>/restore/",
        history.TextVersionRestoreView.as_view(),
        name="text_version_restore",
    ),
    path(
        "module/<int:module_id>/content/<str:model_name>/create/",
        content.ContentFormView.as_view(),
        name="module_content_create",
    ),
    path(
        "module/<int:module_id>/content/<str:model_name>/<int:id>/",
        content.ContentFormView.as_view(),
        name="module_content_update",
    ),
    path(
        "module/<int:module_id>/duplicate/",
        copies.ModuleDuplicateView.as_view(),
        name="module_duplicate",
    ),
    path(
        "module/<int:module_id>/restore/",
        trash.ModuleRestoreView.as_view(),
        name="module_restore",
    ),
    path(
        "module/<int:module_id>/purge/",
        trash.ModulePurgeView.as_view(),
        name="module_purge",
    ),
    path(
        "content/<int:id>/duplicate/",
        copies.ContentDuplicateView.as_view(),
        name="content_duplicate",
    ),
    path("content/<int:id>/restore/", trash.ContentRestoreView.as_view(), name="content_restore"),
    path("content/<int:id>/purge/", trash.ContentPurgeView.as_view(), name="content_purge"),
    path("content/order/", order.ContentOrderView.as_view(), name="content_order"),
    path(
        "content/<int:id>/rename/",
        content_steps.ContentRenameView.as_view(),
        name="content_rename",
    ),
    path("content/<int:id>/move/", content_steps.ContentMoveView.as_view(), name="content_move"),
    path(
        "content/<int:id>/delete/",
        content_steps.ContentDeleteView.as_view(),
        name="module_content_delete",
    ),
]
