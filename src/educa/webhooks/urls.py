"""The pages about webhooks, which stand among those of the account."""

from django.urls import path

from educa.webhooks import views

urlpatterns = [
    path("", views.WebhooksView.as_view(), name="webhooks"),
    path("<int:pk>/", views.WebhookDetailView.as_view(), name="webhook_detail"),
    path("<int:pk>/edit/", views.WebhookEditView.as_view(), name="webhook_edit"),
    path("<int:pk>/delete/", views.WebhookDeleteView.as_view(), name="webhook_delete"),
    path("<int:pk>/secret/", views.WebhookSecretView.as_view(), name="webhook_secret"),
    path("<int:pk>/switch/", views.WebhookSwitchView.as_view(), name="webhook_switch"),
    path("<int:pk>/test/", views.WebhookTestView.as_view(), name="webhook_test"),
    path(
        "<int:pk>/deliveries/<int:delivery>/redeliver/",
        views.DeliveryRedeliverView.as_view(),
        name="webhook_redeliver",
    ),
]
