"""Only the provider may speak for a family's telephone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from reminders.inbound.signature import is_signed, sign

# The published vectors of twilio-python, tests/unit/test_request_validator.py.
TOKEN = "12345"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = {
    "CallSid": ["CA1234567890ABCDE"],
    "Digits": ["1234"],
    "From": ["+14158675309"],
    "To": ["+18005551212"],
    "Caller": ["+14158675309"],
}
EXPECTED = "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize(
    ("url", "signature"),
    [
        (URL, EXPECTED),
        (URL.replace(".com", ".com:1234"), EXPECTED),
        (URL.replace(".com", ".com:1234").replace("https", "http"), "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        (URL, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        (URL.replace("https", "http"), "0ZXoZLH/DfblKGATFgpif+LLRf4="),
    ],
)
def test_published_vectors_are_accepted(url: str, signature: str) -> None:
    assert is_signed(token=TOKEN, url=url, form=FORM, signature=signature)


def test_a_field_given_twice_is_signed_once_per_value() -> None:
    form = {"Sid": ["CA123"], "SidAccount": ["AC123"], "Digits": ["5678", "1234"]}
    assert sign(token=TOKEN, url=URL, form=form) == "IK+Dwps556ElfBT0I3Rgjkr1wJU="


@pytest.mark.parametrize(
    ("token", "url", "form", "signature"),
    [
        ("54321", URL, FORM, EXPECTED),
        (TOKEN, URL + "&baz=3", FORM, EXPECTED),
        (TOKEN, URL, FORM | {"From": ["+33639980001"]}, EXPECTED),
        (TOKEN, URL, FORM | {"Added": ["1"]}, EXPECTED),
        (TOKEN, URL, FORM, ""),
        (TOKEN, URL, FORM, "é"),
        (TOKEN, URL, FORM, EXPECTED.lower()),
        ("", URL, FORM, sign(token="", url=URL, form=FORM)),
    ],
)
def test_anything_changed_is_refused(token: str, url: str, form: dict[str, list[str]], signature: str) -> None:
    assert not is_signed(token=token, url=url, form=form, signature=signature)


@given(
    st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=12), max_size=5),
    st.sampled_from(["https://rdv.example.org/sms/", "http://rdv.example.org:8080/sms/?a=1"]),
)
def test_signatures_are_those_of_the_sdk(form: dict[str, str], url: str) -> None:
    values = {name: [value] for name, value in form.items()}
    signature = RequestValidator(TOKEN).compute_signature(url, form)
    assert sign(token=TOKEN, url=url, form=values) == signature
    assert is_signed(token=TOKEN, url=url, form=values, signature=signature)
