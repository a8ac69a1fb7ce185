"""The letter of an appointment, for a family that gets neither SMS nor e-mail."""

from datetime import datetime

from fpdf import FPDF

from rdv import moments
from rdv.models import Appointment, Family
from rdv.phones import PhoneError, parse_phone, region_of

LEFT, WIDTH = 25, 160
BODY, LINE = 11, 6


def letter_pdf(appointment: Appointment, family: Family, *, now: datetime) -> bytes:
    """One A4 page. A discreet service's letter doesn't say what the appointment is for."""
    pdf = FPDF(format="A4")
    pdf.set_lang("fr")
    pdf.core_fonts_encoding = "windows-1252"
    pdf.set_title(_plain(f"Rendez-vous {appointment.reference}"))
    pdf.set_margins(LEFT, 20)
    pdf.add_page()
    organisation = appointment.location.organisation
    _write(pdf, organisation.territory.name, bold=True, size=13)
    _write(pdf, organisation.name)
    _write(pdf, appointment.location.postal_address)
    _write(pdf, _phone(appointment))
    pdf.ln(10)
    contact = next(iter(sorted(family.contacts.all(), key=lambda one: one.pk)), None)
    _write(pdf, str(contact) if contact else "", align="R")
    _write(pdf, f"Le {moments.plain_day(moments.local(now, appointment.zone).date())}", align="R")
    pdf.ln(10)
    _write(pdf, "Objet : votre rendez-vous", bold=True)
    pdf.ln(4)
    for paragraph in _paragraphs(appointment, family):
        _write(pdf, paragraph)
        pdf.ln(3)
    return bytes(pdf.output())


def _paragraphs(appointment: Appointment, family: Family) -> list[str]:
    zone = appointment.zone
    when = moments.moment(appointment.starts_at, zone, year=True)
    people = [str(row.person) for row in appointment.participations.all() if row.family_id == family.pk]
    discreet = appointment.service.is_discreet
    place = appointment.location
    found = [
        "Madame, Monsieur,",
        f"Nous vous attendons {when}.",
        "" if discreet else f"Pour : {', '.join(people)} ({appointment.type.public_label}).",
        f"Où : {place.name}, {place.postal_address}." if not appointment.visit_address else "Où : à votre domicile.",
        "" if discreet else appointment.type.instructions,
        ""
        if discreet or not appointment.type.documents_to_bring
        else f"À apporter : {appointment.type.documents_to_bring}",
        f"Si vous ne pouvez pas venir, prévenez-nous au {_phone(appointment)}.",
        "Votre place servira à une autre famille.",
        f"Référence à nous donner : {appointment.reference}.",
        "À bientôt,",
        f"L’équipe de {place.organisation.name}",
    ]
    return [paragraph for paragraph in found if paragraph]


def _phone(appointment: Appointment) -> str:
    place = appointment.location
    number = place.phone or place.organisation.phone or place.organisation.territory.phone
    try:
        return str(parse_phone(number, region_of(place.organisation.territory.department_code)).spoken)
    except PhoneError:
        return number


def _write(pdf: FPDF, text: str, *, bold: bool = False, size: int = BODY, align: str = "L") -> None:
    pdf.set_font("helvetica", style="B" if bold else "", size=size)
    if text:
        pdf.multi_cell(WIDTH, LINE, _plain(text), align=align, new_x="LMARGIN", new_y="NEXT")


def _plain(text: str) -> str:
    """What the fonts that every reader has can show: Windows-1252; a letter outside it becomes a question mark."""
    return text.encode("cp1252", "replace").decode("cp1252")
