"""The base of every form: it renders itself in the design system, and speaks of its errors.

    class ContactForm(BaseForm):
        first_name = forms.CharField(label=_("Prénom"), help_text=_("…"))
        phone = PhoneField(label=_("Téléphone"), required=False)

    form = ContactForm(request.POST or None, territory=request.territory, today=now.date())

In a page, `{{ form }}` gives the fields, `{{ form.phone.as_field_group }}` one of them. A page
whose form is called `form` gets its error summary and its title ("Erreur : …") from base.html.
"""

from datetime import date
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorList
from django.utils.translation import gettext as _

from rdv.models.text import one_line
from rdv.phones import region_of
from rdv.web.fields import BirthDateField, DayField, EmailField, PhoneField, set_up
from rdv.web.widgets import CardLabel, CheckboxCards, ClockInput, DayInput, RadioCards, Switch

__all__ = [
    "BaseForm", "BaseModelForm", "BirthDateField", "CardLabel", "CheckboxCards", "ClockInput", "DayField", "DayInput",
    "DesignSystemRenderer", "EmailField", "PhoneField", "RadioCards", "Switch",
]  # fmt: skip


class DesignSystemRenderer(TemplatesSetting):
    """`FORM_RENDERER`: forms, fields and error lists come from templates/components/forms/."""

    form_template_name = "components/forms/form.html"
    field_template_name = "components/forms/field.html"


class DesignedErrors(ErrorList):
    """The errors of a field, each with its icon and the word "Erreur" for who doesn't see it."""

    template_name = "components/forms/errors.html"


class _Designed:
    """What both bases share: no colon after labels, classes on controls, all checks on the server."""

    use_required_attribute = False
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, territory: Any = None, today: date | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("error_class", DesignedErrors)
        super().__init__(*args, **kwargs)
        set_up(self.fields, region=region_of(territory.department_code) if territory else "FR", today=today)
        for field in self.fields.values():
            _dress(field)
            if isinstance(field, forms.CharField) and field.strip and not isinstance(field.widget, forms.Textarea):
                _read_as_one_line(field)


class BaseForm(_Designed, forms.Form):
    """A form of the site. `territory` tells how telephone numbers are read, `today` what a birth can't exceed."""


class BaseModelForm(_Designed, forms.ModelForm):
    """The same for a form on a model."""


def _read_as_one_line(field: forms.CharField) -> None:
    """Before it is judged: a name of invisible signs is no name."""
    read = field.to_python

    def to_python(value: Any) -> Any:
        found = read(value)
        return (one_line(found) or field.empty_value) if isinstance(found, str) else found

    vars(field)["to_python"] = to_python


def _dress(field: forms.Field) -> None:
    """Give the control its class, and the question its own words when it stays without an answer."""
    widget = field.widget
    if type(widget) is forms.CheckboxInput:
        widget = field.widget = Switch(widget.attrs)
        widget.is_required = field.required
    css = _css_of(widget)
    if css:
        widget.attrs["class"] = f"{css} {widget.attrs.get('class', '')}".strip()
    if field.error_messages.get("required") == forms.Field.default_error_messages["required"] and field.label:
        pattern = (
            _("Choisissez une réponse : « %s ».")
            if isinstance(widget, forms.widgets.ChoiceWidget)
            else _("Remplissez « %s ».")
        )
        field.error_messages["required"] = pattern % str(field.label).rstrip("  ?:")


def _css_of(widget: forms.Widget) -> str:
    if isinstance(widget, forms.Textarea):
        return "input input--area"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return ""
    if isinstance(widget, forms.Select):
        return "input input--select"
    boxed = isinstance(widget, forms.widgets.Input) and not isinstance(widget, forms.CheckboxInput | forms.HiddenInput)
    return "input" if boxed else ""
