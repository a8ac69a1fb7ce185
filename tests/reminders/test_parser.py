"""What families answer by SMS, understood or left alone.

The corpora are written by hand: what people in France send back to a reminder, with their
spelling, and sentences that look like a cancellation and are none.
"""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.inbound.lexicon.french_phrases import KNOWN_WORDS, RULES
from reminders.inbound.parser import ALL_OPTIONS, Intent, Late, Mention, MentionKind, Reply, parse

CORPUS = Path(__file__).parent / "corpus"
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (CORPUS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def understood(row: Row) -> Intent:
    options = tuple(option for option in row["options"].split(",") if option)
    return parse(row["text"], language=row["language"], options=options).intent


def test_each_known_reply_is_understood() -> None:
    """Twelve hundred of them, in one test: each as a test of its own would cost more than the reading."""
    results = [(row["language"], row["text"], row["intent"], understood(row)) for row in rows("replies.tsv")]
    assert len(results) > 1000
    assert [one for one in results if one[2] != one[3]] == []


@pytest.mark.parametrize("name", ["replies.tsv", "held_out.tsv"])
def test_precision_and_coverage(name: str) -> None:
    """The figures promised: no wrong cancellation, 99.5 % precision, 92 % coverage of yes and no."""
    results = [(row["intent"], understood(row), row["text"]) for row in rows(name)]
    decided = [(meant, got, text) for meant, got, text in results if got in {Intent.YES, Intent.NO}]
    wrong = [(meant, got, text) for meant, got, text in decided if meant != got]
    meant_to_decide = [(meant, got) for meant, got, _ in results if meant in {"yes", "no"}]
    covered = sum(meant == got for meant, got in meant_to_decide)
    assert [text for _, got, text in wrong if got is Intent.NO] == []
    assert len(wrong) <= 0.005 * len(decided), wrong
    assert covered >= 0.92 * len(meant_to_decide)


def test_replies_that_nobody_tunes_on_are_understood_as_well_as_they_were() -> None:
    """As answers to a reminder, as `make bench` reads them: the figures of docs/replies.md, not to fall."""
    asked = ("1=yes", "2=no")
    read = [(set(row["intent"].split("|")), _read(row, asked)) for row in rows("set_aside.tsv")]
    assert [got for meant, got in read if got in {Intent.YES, Intent.NO} and got not in meant] == []
    clear = [got in meant for meant, got in read if meant <= {"yes", "no"}]
    assert (sum(clear), len(clear)) >= (176, 188)


def _read(row: Row, asked: tuple[str, ...]) -> Intent:
    options = tuple(option for option in row["options"].split(",") if option) or asked
    return parse(row["text"], language=row["language"], options=options).intent


@pytest.mark.parametrize("name", ["blind.tsv", "blind_adversarial.tsv", "blind_after.tsv"])
def test_replies_that_the_parser_s_author_had_not_seen(name: str) -> None:
    """Written by somebody else, to break it (docs/replies.md): none is acted on against its meaning.

    A cancellation that names a day is only a wish: the conversation compares it with the appointment first.
    """
    wrong = [row["text"] for row in rows(name) if _acts_wrongly(row)]
    assert wrong == []


def _acts_wrongly(row: Row) -> bool:
    options = tuple(option for option in row["options"].split(",") if option)
    reply = parse(row["text"], language=row["language"], options=options)
    if reply.intent in row["intent"].split("|"):
        return False
    return reply.intent is Intent.YES or (reply.intent is Intent.NO and not reply.mentions)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("oui mais en retard", None), ("Oui j'aurai 15 min de retard", 15), ("Yes but I will be late", None)],
)
def test_a_yes_that_will_be_late_keeps_the_delay(text: str, minutes: int | None) -> None:
    reply = parse(text, language="en" if text.startswith("Yes") else "fr")
    assert (reply.intent, reply.note) == (Intent.YES, Late(minutes))


@pytest.mark.parametrize(
    ("text", "said"),
    [("OUI 4F7", Intent.YES), ("non 4f7", Intent.NO), ("4F7.", None), ("oui4f7", Intent.YES)],
)
def test_an_offer_s_code_is_never_a_plain_yes_or_no(text: str, said: Intent | None) -> None:
    """Declining an offer must not read as cancelling an appointment."""
    assert parse(text) == Reply(Intent.CODE, "code", "4F7", said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("non 5E7 finalement je peux pas", Intent.NO),
        ("OUI 5e7, merci beaucoup", Intent.YES),
        ("oui 5E7 je prends la place", Intent.YES),
    ],
)
def test_a_code_may_be_followed_by_words_that_say_the_same(text: str, said: Intent) -> None:
    reply = parse(text)
    assert (reply.intent, reply.choice, reply.said) == (Intent.CODE, "5E7", said)


@pytest.mark.parametrize("text", ["non 5E7 annulez mon rdv", "oui 5E7 mais je peux pas", "non 9h je peux pas"])
def test_a_code_beside_something_else_is_no_plain_answer_to_the_offer(text: str) -> None:
    assert parse(text).intent is not Intent.CODE


@pytest.mark.parametrize("text", ["10h", "ok 9h3", "2e", "15m", "j3", "OUI 123", "oui abc"])
def test_what_only_looks_like_a_code_is_none(text: str) -> None:
    assert parse(text).intent is not Intent.CODE


@pytest.mark.parametrize(
    ("text", "options", "choice"),
    [
        ("2.", ("1", "2"), "2"),
        ("le deuxième", ("1", "2"), "2"),
        ("la b svp", ("A", "B"), "B"),
        ("les deux", ("1", "2"), ALL_OPTIONS),
        ("celui de jeudi", ("1=mar. 9h30", "2=jeu. 14h"), "2"),
        ("14h", ("1=mar. 9h30", "2=jeu. 14h"), "2"),
    ],
)
def test_an_option_is_chosen_by_its_key_or_its_day(text: str, options: tuple[str, ...], choice: str) -> None:
    reply = parse(text, options=options)
    assert (reply.intent, reply.choice) == (Intent.WHICH, choice)


@pytest.mark.parametrize("text", ["mardi", "celui du matin", "pas mardi", "mardi ou jeudi"])
def test_a_day_that_fits_two_options_or_none_chooses_nothing(text: str) -> None:
    assert parse(text, options=("1=mardi 9h30", "2=mardi 14h")).intent is Intent.UNCLEAR


def test_days_hours_and_names_are_reported() -> None:
    """The conversation compares them with the appointment before it touches it."""
    reply = parse("Je dois annuler le rdv de Léa mardi 12/05 à 14h30")
    assert reply.intent is Intent.NO
    assert set(reply.mentions) == {
        Mention(MentionKind.WEEKDAY, "1"),
        Mention(MentionKind.DATE, "12/05"),
        Mention(MentionKind.TIME, "14:30"),
        Mention(MentionKind.NAME, "lea"),
    }


def test_a_quoted_reminder_is_not_the_family_s_answer() -> None:
    quoted = "👍 à « Rappel : rendez-vous mardi à 9 h 30. Répondez OUI ou NON pour annuler »"
    assert parse(quoted).intent is Intent.YES
    assert parse("A aimé « Rappel : répondez NON pour annuler le rendez-vous »").intent is Intent.UNCLEAR


def test_no_rule_matches_nothing() -> None:
    """A phrase made of optional words only would find its meaning everywhere."""
    assert [rule.tag for rule in RULES if rule.pattern.match(" xyz |")] == []


@given(st.text(max_size=200), st.sampled_from(["fr", "en", "ar", "tr", "pt", "es", "ro", "uk", "xx"]))
def test_any_text_gets_an_answer(text: str, language: str) -> None:
    assert isinstance(parse(text, language=language), Reply)


NOISE = st.lists(st.sampled_from(sorted(KNOWN_WORDS)), min_size=1, max_size=4).map(" ".join)


@given(NOISE, st.sampled_from(["annuler", "je ne peux pas venir"]))
def test_a_question_mark_never_cancels(noise: str, cue: str) -> None:
    """Whatever stands around it; only an outright request ("pouvez-vous annuler") may ask."""
    reply = parse(f"{noise} {cue} ?")
    assert reply.intent is not Intent.NO or "vous" in noise or "tu" in noise


@pytest.mark.parametrize("cue", ["je ne peux pas venir", "annuler", "non", "je viens pas", "impossible"])
@pytest.mark.parametrize(
    "around",
    ["si {}", "{} ou pas", "peut-être {}", "{} mais mon mari oui", "oui {}", "{} sauf demain", "je ne sais pas {}"],
)
def test_doubt_around_a_no_is_never_guessed(cue: str, around: str) -> None:
    assert parse(around.format(cue)).intent is not Intent.NO
