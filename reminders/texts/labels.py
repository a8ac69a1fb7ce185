"""The few words that all e-mails share, in each language; French for one that isn't offered."""

from reminders.kinds import Kind

# manage, book again, see, answer, open the agenda, a question?, sent automatically
_WORDS = {
    "fr": (
        "Gérer mon rendez-vous",
        "Reprendre rendez-vous",
        "Voir le détail",
        "Répondre",
        "Ouvrir mon agenda",
        "Une question ?",
        "Ce message est envoyé automatiquement.",
    ),
    "en": (
        "Manage my appointment",
        "Book again",
        "See the details",
        "Answer",
        "Open my agenda",
        "A question?",
        "This message is sent automatically.",
    ),
    "es": (
        "Gestionar mi cita",
        "Pedir otra cita",
        "Ver los detalles",
        "Responder",
        "Abrir mi agenda",
        "¿Una pregunta?",
        "Este mensaje se envía automáticamente.",
    ),
    "pt": (
        "Gerir a minha consulta",
        "Marcar outra consulta",
        "Ver os detalhes",
        "Responder",
        "Abrir a minha agenda",
        "Uma pergunta?",
        "Esta mensagem é enviada automaticamente.",
    ),
    "ro": (
        "Gestionați programarea",
        "Altă programare",
        "Vedeți detaliile",
        "Răspundeți",
        "Deschideți agenda",
        "O întrebare?",
        "Acest mesaj este trimis automat.",
    ),
    "tr": (
        "Randevumu yönet",
        "Yeni randevu al",
        "Ayrıntıları gör",
        "Yanıtla",
        "Ajandamı aç",
        "Bir sorunuz mu var?",
        "Bu mesaj otomatik olarak gönderilmiştir.",
    ),
    "ar": (
        "إدارة موعدي",
        "حجز موعد جديد",
        "عرض التفاصيل",
        "الرد",
        "فتح جدول المواعيد",
        "هل لديكم سؤال؟",
        "هذه الرسالة مرسلة تلقائيا.",
    ),
    "uk": (
        "Змінити мій запис",
        "Записатися знову",
        "Докладніше",
        "Відповісти",
        "Відкрити мій розклад",
        "Маєте запитання?",
        "Це повідомлення надіслано автоматично.",
    ),
}
_BUTTONS = {
    Kind.CANCELLED_BY_FAMILY: 1,
    Kind.CANCELLED_BY_SERVICE: 1,
    Kind.NO_SHOW: 1,
    Kind.INVITATION: 1,
    Kind.PARTICIPATION_CANCELLED: 2,
    Kind.OFFER_TAKEN: 2,
    Kind.WAITING: 2,
    Kind.OFFER: 3,
    Kind.STILL_WAITING: 3,
    Kind.DATES_PROPOSED: 3,
    Kind.AGENT_BOOKED: 4,
    Kind.AGENT_MOVED: 4,
    Kind.AGENT_CANCELLED: 4,
    Kind.AGENT_ABSENT: 4,
}


def labels(kind: Kind, language: str) -> dict[str, str]:
    """What the button of a message says, and its footer."""
    words = _WORDS.get(language, _WORDS["fr"])
    return {"button": words[_BUTTONS.get(kind, 0)], "question": words[5], "automatic": words[6]}
