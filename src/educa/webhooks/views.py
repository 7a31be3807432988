"""The pages on which somebody looks after their webhooks."""

from functools import cached_property
from typing import Any, cast

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import FormView, View
from django.views.generic.base import TemplateResponseMixin

from educa.accounts.models import User
from educa.accounts.views.my_data import is_confirmed
from educa.accounts.views.pages import FormPageMixin, hide_password
from educa.lib.paging import stretch_of
from educa.webhooks import actions
from educa.webhooks.forms import WebhookForm
from educa.webhooks.models import Delivery, Webhook
from educa.webhooks.models.webhook import MOST_WEBHOOKS
from educa.webhooks.permissions import courses_to_hear_of, may_have_webhooks

PAGE = 30  # deliveries


class OwnWebhookMixin(FormPageMixin, LoginRequiredMixin, TemplateResponseMixin):
    """A page about one's own webhook. Raises Http404 for one of somebody else."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @property
    def person(self) -> User:
        return cast("User", self.request.user)

    @cached_property
    def webhook(self) -> Webhook:
        rows = Webhook.objects.of(self.person).select_related("course")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def back(self) -> HttpResponse:
        """To the page of the webhook."""
        return redirect("webhook_detail", self.webhook.pk)


class WebhookFormView(FormPageMixin, LoginRequiredMixin, FormView[WebhookForm]):
    """What making and changing one have in common; the password is asked for where it was not typed lately."""

    form_class = WebhookForm

    @hide_password
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    @property
    def person(self) -> User:
        return cast("User", self.request.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        more = {"user": self.request.user, "is_confirmed": is_confirmed(self.request)}
        return super().get_form_kwargs() | more

    def form_valid(self, form: WebhookForm) -> HttpResponse:
        """Do what is asked for. Whoever may have no webhooks is refused."""
        if not may_have_webhooks(self.person):
            raise PermissionDenied
        if "password" in form.fields:
            reauthenticate_by_password(self.request)
        try:
            return self.take(form)
        except ValidationError as refused:
            form.add_error(None, refused)
            return self.form_invalid(form)

    def take(self, form: WebhookForm) -> HttpResponse:
        """Carry it out. Raises ValidationError."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether the form makes sense."""
        may_confirm = is_confirmed(self.request) or self.person.has_usable_password()
        found = {"may_have": may_have_webhooks(self.person), "may_confirm": may_confirm}
        return super().get_context_data(**(found | kwargs))


class WebhooksView(WebhookFormView):
    """The webhooks, and a form for a new one.

    Its secret is in the answer to the post and nowhere else, so that there is no page to come back to.
    """

    template_name = "webhooks/list.html"

    def take(self, form: WebhookForm) -> HttpResponse:
        """Make the webhook, and show its secret."""
        webhook = actions.make_webhook(owner=self.person, **form.values)
        return render(self.request, "webhooks/secret.html", {"webhook": webhook, "is_new": True})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the webhooks."""
        webhooks = list(Webhook.objects.of(self.person).select_related("course"))
        heard = _heard_by(self.person, webhooks)
        for webhook in webhooks:
            webhook.is_mute = webhook.course_id is not None and webhook.course_id not in heard
        may_add = len(webhooks) < MOST_WEBHOOKS
        return super().get_context_data(**({"webhooks": webhooks, "may_add": may_add} | kwargs))


class WebhookEditView(WebhookFormView):
    """Change where it leads and what it is told. Raises Http404 for one of somebody else."""

    template_name = "webhooks/edit.html"

    @cached_property
    def webhook(self) -> Webhook:
        return get_object_or_404(Webhook.objects.of(self.person), pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        own = self.webhook
        return {"url": own.url, "events": own.events, "course": own.course_id}

    def take(self, form: WebhookForm) -> HttpResponse:
        """Change it."""
        actions.change_webhook(webhook=self.webhook, **form.values)
        messages.success(self.request, _("Saved."))
        return redirect("webhook_detail", self.webhook.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the webhook."""
        return super().get_context_data(**({"webhook": self.webhook} | kwargs))


class WebhookDetailView(OwnWebhookMixin, View):
    """What it is told, what came of that, and the steps there are."""

    template_name = "webhooks/detail.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page."""
        webhook = self.webhook
        webhook.is_mute = webhook.course_id is not None and not _heard_by(self.person, [webhook])
        deliveries = stretch_of(webhook.deliveries.all(), ["-created", "-pk"], PAGE, request.GET)
        return self.render_to_response({"webhook": webhook, "deliveries": deliveries})


class WebhookDeleteView(OwnWebhookMixin, View):
    """Asks before a webhook is deleted."""

    template_name = "webhooks/delete.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The question."""
        return self.render_to_response({"webhook": self.webhook})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The webhook is gone, with its log."""
        self.webhook.delete()
        messages.success(request, _("The webhook is deleted."))
        return redirect("webhooks")


class WebhookSecretView(OwnWebhookMixin, View):
    """Asks before a webhook gets a new secret, and shows it."""

    template_name = "webhooks/new_secret.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The question."""
        return self.render_to_response({"webhook": self.webhook})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The new secret, which is shown this once."""
        webhook = actions.change_secret(webhook=self.webhook)
        return render(request, "webhooks/secret.html", {"webhook": webhook})


class WebhookSwitchView(OwnWebhookMixin, View):
    """Switches a webhook on or off."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """On for `on=true`, off for all else."""
        is_active = request.POST.get("on") == "true"
        actions.change_webhook(webhook=self.webhook, is_active=is_active)
        messages.success(
            request, _("The webhook is on.") if is_active else _("The webhook is off.")
        )
        return self.back()


class WebhookTestView(OwnWebhookMixin, View):
    """Sends something that tells nothing."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It is on its way."""
        actions.ask_for_test(webhook=self.webhook)
        messages.success(
            request, _("A test is on its way. Load this page again to see its answer.")
        )
        return self.back()


class DeliveryRedeliverView(OwnWebhookMixin, View):
    """Sends a delivery once more."""

    def post(self, request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
        """It is on its way, or can't be."""
        rows = Delivery.objects.filter(webhook=self.webhook).select_related("webhook")
        own = get_object_or_404(rows, pk=delivery)
        try:
            actions.ask_again(delivery=own)
        except actions.TooSoon as refused:
            messages.warning(request, refused.messages[0])
        else:
            messages.success(request, _("It is on its way again."))
        return self.back()


def _heard_by(user: User, webhooks: list[Webhook]) -> set[int]:
    """The courses of these webhooks of which their owner may still be told."""
    keys = {webhook.course_id for webhook in webhooks if webhook.course_id is not None}
    rows = courses_to_hear_of(user).filter(pk__in=keys)
    return set(rows.values_list("pk", flat=True)) if keys else set()
