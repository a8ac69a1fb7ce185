"""Controls of the design system. Their look is in `templates/components/forms/`."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rdv.web.mail_typos import suggestion


class DayInput(forms.DateInput):
    """The browser's date control, which wants ISO dates."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """The browser's time control, in steps of five minutes."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"step": 300, **(attrs or {})}, format="%H:%M")


class PhoneInput(forms.TextInput):
    """A telephone keypad on mobiles, filled in by the browser."""

    input_type = "tel"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "tel", "inputmode": "tel", **(attrs or {})})


class Typed(str):
    """What was typed, and the value that had already been questioned and sent again."""

    __slots__ = ("confirmed",)
    confirmed: str


class EmailInput(forms.EmailInput):
    """An e-mail box that remembers, in the page, which address it has already questioned."""

    template_name = "components/forms/email.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none", **(attrs or {})})

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        typed = Typed(str(data.get(name) or "").strip())
        typed.confirmed = str(data.get(f"{name}_confirmed") or "")
        return typed

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["questioned"] = str(value) if value and suggestion(str(value)) else ""
        return context


class ThreePartDate(forms.MultiWidget):
    """Day, month and year in three boxes, as people know their dates by heart."""

    template_name = "components/forms/three_part_date.html"
    use_fieldset = True
    labels: tuple[tuple[str, str | Promise], ...] = (("day", _("Jour")), ("month", _("Mois")), ("year", _("Année")))

    def __init__(self, attrs: dict[str, Any] | None = None, *, autocomplete: bool = False) -> None:
        parts: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput(
                {
                    "inputmode": "numeric",
                    "class": f"input input--{name}",
                    **({"autocomplete": f"bday-{name}"} if autocomplete else {}),
                }
            )
            for name, _label in self.labels
        }
        super().__init__(parts, attrs)

    def decompress(self, value: date | None) -> list[str | None]:
        return [str(value.day), str(value.month), str(value.year)] if value else [None, None, None]

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str | None]:
        """Three values; a single one under the field's own name counts as the first box."""
        if data.get(name):
            return [str(data[name]), None, None]
        return super().value_from_datadict(data, files, name)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for (_name, label), part in zip(self.labels, context["widget"]["subwidgets"], strict=True):
            part["label"] = label
            part["attrs"].pop("aria-describedby", None)
        return context


class CardLabel(str):
    """The label of a card with a second line: `CardLabel("MDS des Tilleuls", "12 rue des Tilleuls")`."""

    __slots__ = ("detail",)
    detail: str

    def __new__(cls, title: str, detail: str = "") -> Self:
        label = super().__new__(cls, title)
        label.detail = detail
        return label


class _Cards(forms.widgets.ChoiceWidget):
    """A choice's label may be a `CardLabel`, to show a second line."""

    template_name = "components/forms/choice_cards.html"
    option_template_name = "components/forms/choice_card.html"
    use_fieldset = True

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **kwargs)
        return option | {"detail": label.detail if isinstance(label, CardLabel) else ""}


class RadioCards(_Cards, forms.RadioSelect):
    """One choice among a few, each a card that can be touched anywhere."""


class CheckboxCards(_Cards, forms.CheckboxSelectMultiple):
    """Several choices among a few, each a card."""


class Switch(forms.CheckboxInput):
    """A single box to tick, with its label beside it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "check__input", **(attrs or {})})
