"""Uploads in parts; every path is below /uploads/."""

from django.urls import path

from educa.studio.views import uploads

urlpatterns = [
    path("<int:pk>/", uploads.UploadCreateView.as_view(), name="upload_create"),
    path("<uuid:upload>/", uploads.UploadView.as_view(), name="upload_detail"),
]
