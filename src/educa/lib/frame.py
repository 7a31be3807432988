"""What is around every page, and costs most of an empty one unless it is kept: the header and the footer.

What they differ by are few choices: who somebody is to the site, and which of its main places the page is.
The name of the person and the token of the forms are values (`educa.lib.fragments`).
"""

from typing import Any

from django.template import Context, Engine
from django.utils.safestring import SafeString

from educa.lib.fragments import fragment

MAIN_PLACES = frozenset({"course_list", "student_course_list", "manage_course_list"})
"""Names of the pages that the navigation leads to."""


def header(context: Context) -> SafeString:
    """The bar of every page, for who is there: a person is `user` in the context, and there may be none.

    With `hide_search` in the context it has no field to search the catalogue.
    """
    person: Any = context.get("user")
    choices = {
        "here": _main_place(context),
        "teaches": getattr(context.get("view"), "place", "") == "teach",
        "hide_search": bool(context.get("hide_search")),
        **_choices_of(person),
    }
    if not choices["is_signed_in"]:
        return fragment("components/bar.html", choices, {})
    username = person.get_username()
    name = getattr(person, "display_name", "") or person.get_full_name() or username
    values = {
        "person": name,
        "initial": name[:1],
        "username": username,
        "csrf_token": context.get("csrf_token", ""),
    }
    return fragment("components/bar.html", choices, values)


def footer(context: Context) -> SafeString:
    """The end of every page; where there are several languages, they can be chosen there."""
    languages = context.get("languages") or ()
    is_signed_in = bool(getattr(context.get("user"), "is_authenticated", False))
    choices = {"languages": languages, "is_signed_in": bool(languages) and is_signed_in}
    if not languages:
        return fragment("components/foot.html", choices, {})
    request: Any = context.get("request")
    values = {"next": request.get_full_path() if request else ""}
    if is_signed_in:  # visitors' pages have no token
        values["csrf_token"] = context.get("csrf_token", "")
    return fragment("components/foot.html", choices, values)


def messages(context: Context) -> SafeString:
    """What there is to tell to who is there; nothing, mostly."""
    told = context.get("messages")
    return included("components/messages.html", context) if told else SafeString()


def included(name: str, context: Context) -> SafeString:
    """Another template, as `include` has it, for a value of a fragment."""
    return SafeString(Engine.get_default().get_template(name).render(context).strip())


def _main_place(context: Context) -> str:
    match = getattr(context.get("request"), "resolver_match", None)
    name = match.view_name if match else ""
    return name if name in MAIN_PLACES else ""


def _choices_of(person: Any) -> dict[str, bool]:
    if not getattr(person, "is_authenticated", False):
        return {"is_signed_in": False, "is_instructor": False, "is_staff": False}
    return {
        "is_signed_in": True,
        "is_instructor": bool(getattr(person, "is_instructor", False) or person.is_superuser),
        "is_staff": bool(person.is_staff),
    }
