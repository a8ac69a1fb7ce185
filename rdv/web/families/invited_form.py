"""What is still asked of a family that came by an invitation to a type which is closed to others."""

from datetime import date
from typing import Any

from rdv.booking.people import PersonSpec, Who
from rdv.models import AppointmentType, Mode
from rdv.web.families.contact_form import ContactForm
from rdv.web.families.draft import Draft
from rdv.web.families.invited import Invited
from rdv.web.forms import BaseForm


class InvitedForm(BaseForm):
    """Nothing but the address of a visit: who comes, and whom to tell, are those of the file."""

    def __init__(self, *args: Any, type: AppointmentType, invited: Invited, draft: Draft, **kwargs: Any) -> None:
        self.invited, self.draft = invited, draft
        asked = ["address"] if type.mode == Mode.HOME else []
        vars(self)["base_fields"] = {name: ContactForm.base_fields[name] for name in asked}
        super().__init__(*args, **kwargs)

    def who(self) -> Who:
        """The people of the file who are invited, as many as may come together."""
        people = self.invited.people()[: self.draft.count]
        births: list[date | None] = list(self.draft.birth_dates) or [None] * len(people)
        named = [
            PersonSpec(one.first_name, one.last_name, birth, is_child=one.is_child, pk=one.pk)
            for one, birth in zip(people, births, strict=True)
        ]
        return Who(named, family=self.invited.invitation.family)
