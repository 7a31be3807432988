"""Where the API is: /api/, its schema, and pages to read and try it."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from educa.api.attachments import AttachmentViewSet
from educa.api.contents import ContentViewSet
from educa.api.courses import CourseViewSet
from educa.api.me import MeView, MyCoursesView
from educa.api.messages import MessageListView
from educa.api.modules import ModuleViewSet
from educa.api.progress import ProgressView
from educa.api.subjects import SubjectViewSet
from educa.api.tokens import TokenViewSet
from educa.api.transfers import ExportView, TransferViewSet
from educa.api.uploads import UploadListView, UploadView
from educa.api.views import NowhereView, SlashlessView
from educa.api.views.root import RootView
from educa.api.webhooks import DeliveryViewSet, WebhookViewSet

app_name = "api"

router = SimpleRouter()
router.register("subjects", SubjectViewSet, basename="subject")
router.register("courses", CourseViewSet, basename="course")
router.register("modules", ModuleViewSet, basename="module")
router.register("contents", ContentViewSet, basename="content")
router.register("transfers", TransferViewSet, basename="transfer")
router.register("attachments", AttachmentViewSet, basename="attachment")
router.register("tokens", TokenViewSet, basename="token")
router.register("webhooks", WebhookViewSet, basename="webhook")
router.register("deliveries", DeliveryViewSet, basename="delivery")

urlpatterns = [
    path("", RootView.as_view(), name="root"),
    path("", include(router.urls)),
    path("courses/<int:pk>/progress/", ProgressView.as_view(), name="course-progress"),
    path("courses/<int:pk>/messages/", MessageListView.as_view(), name="course-messages"),
    path("courses/<int:pk>/export/", ExportView.as_view(), name="course-export"),
    path("uploads/", UploadListView.as_view(), name="upload-list"),
    path("uploads/<uuid:pk>/", UploadView.as_view(), name="upload-detail"),
    path("me/", MeView.as_view(), name="me"),
    path("me/courses/", MyCoursesView.as_view(), name="my-courses"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api:schema", template_name="api/docs.html"),
        name="docs",
    ),
    re_path(r"^[\s\S]*/$", NowhereView.as_view(), name="nowhere"),
    re_path(r"^[\s\S]*", SlashlessView.as_view()),
]
