"""Every SMS that ships costs what two libraries written by others say, in every language and every case."""

import pytest
import sms_toolkit
import smsutil

from reminders.texts import checking, gsm7, library

LANGUAGES = ["fr", "en", "ar", "tr", "pt", "es", "ro", "uk"]


def texts(language: str) -> dict[str, str]:
    """What is said in that language, by the name of its text and the case."""
    found = {}
    for name in library.names("sms"):
        text = library.shipped("sms", name, language)
        if text.language == language:
            said = checking.sayings(text.phrasing, name, language)
            found |= {f"{name} {case}": one.text for case, one in enumerate(said)}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_segments_are_those_of_two_other_libraries(language: str) -> None:
    said = texts(language)
    ours = {name: gsm7.count(text).segments for name, text in said.items() if text}
    assert len(ours) > 80
    assert ours == {name: len(smsutil.split(text).parts) for name, text in said.items() if text}
    assert ours == {name: sms_toolkit.profile_message(text)["num_segments"] for name, text in said.items() if text}
