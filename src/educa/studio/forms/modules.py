"""The modules of a course in one form: as many as one page has, and empty rows for new ones."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import BadRequest
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT, ManagementForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from educa.courses.actions import Revision, Wording
from educa.courses.models import Course, Module

PER_PAGE = 50  # modules: Django takes 1,000 fields in one form, and each module has six
EXTRA = 2  # empty rows
MOST_DIGITS = 18  # of a key that every database takes


class ModuleForm(forms.ModelForm[Module]):
    """Title and description, and the state in which the page showed them."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    class Meta:
        model = Module
        fields = ["title", "description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}

    if TYPE_CHECKING:
        theirs: Module  # as it is now, where somebody else has changed it meanwhile

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen"].initial = Wording.of(self.instance).state

    def revision(self) -> Revision | None:
        """What this row asks for; None where nothing was changed on the page."""
        values = self.cleaned_data
        seen = values.get("seen") or None
        if values.get("DELETE"):
            return Revision(self.instance.pk, None, seen)
        wording = self.wording()
        asked = wording.state != seen if seen else self.has_changed()
        return Revision(self.instance.pk, wording, seen) if asked else None

    def wording(self) -> Wording:
        """What was typed."""
        return Wording.made(self.cleaned_data["title"], self.cleaned_data["description"])


class BaseModuleFormSet(BaseInlineFormSet[Module, Course, ModuleForm]):
    """Rows whose key is no choice among all modules of the site, which would cost a question each."""

    def add_fields(self, form: ModuleForm, index: int | None) -> None:
        """Say beside the box for deleting how much goes with the module."""
        super().add_fields(form, index)
        key = form.instance.pk
        form.fields["id"] = forms.IntegerField(
            initial=key, required=False, widget=forms.HiddenInput
        )
        if "DELETE" in form.fields and key:
            form.fields["DELETE"].label = _delete_label(form.instance.total_contents)


def _delete_label(contents: int) -> str:
    if not contents:
        return str(_("Delete"))
    text = ngettext("Delete, with its %(n)d content", "Delete, with its %(n)d contents", contents)
    return text % {"n": contents}


ModuleFormSet = inlineformset_factory(
    Course,
    Module,
    form=ModuleForm,
    formset=BaseModuleFormSet,
    extra=EXTRA,
    max_num=PER_PAGE + EXTRA,
    absolute_max=PER_PAGE + EXTRA,
    can_delete=True,
    can_delete_extra=False,
)


ModuleRows = BaseInlineFormSet[Module, Course, ModuleForm]


def keys_in(sent: Mapping[str, Any], course: Course) -> list[int]:
    """The keys of the modules whose rows were sent.

    Raises BadRequest for what no page of ours sends: other totals than rows, rows of another course, a
    module twice, a key in an empty row.
    """
    prefix = ModuleFormSet.get_default_prefix()
    management = ManagementForm(sent, prefix=prefix)
    if not management.is_valid():
        raise BadRequest("no totals")
    counts = management.cleaned_data
    total, initial = int(counts[TOTAL_FORM_COUNT] or 0), int(counts[INITIAL_FORM_COUNT] or 0)
    if not 0 <= initial <= total <= PER_PAGE + EXTRA:
        raise BadRequest("totals of no page")
    rows = [f"{prefix}-{index}" for index in range(total)]
    if any(sent.get(f"{row}-course") not in {None, "", str(course.pk)} for row in rows):
        raise BadRequest("a row of another course")
    if any(sent.get(f"{row}-id") for row in rows[initial:]):
        raise BadRequest("a new module has no key")
    keys = [_key(sent.get(f"{row}-id", "")) for row in rows[:initial]]
    if len(set(keys)) < len(keys):
        raise BadRequest("a module twice")
    return keys


def _key(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise BadRequest("no key")
    return int(text)
