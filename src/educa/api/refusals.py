"""Words of refusals that are told inside of the API and around it."""

from django.utils.translation import gettext_lazy as _

FORGED = _("The X-CSRFToken is missing, or not that of this session.")
