"""The studio; every path is below /course/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
