"""Every code that an offer may carry is read as a code, never as an hour or a word."""

from itertools import product

import pytest

from rdv.waitinglist.proposals import DIGITS, LETTERS
from reminders.inbound.parser import parse


@pytest.mark.parametrize("sentence", ["{}", "Oui {}", "oui {} svp", "Non {}"])
def test_every_code_is_understood(sentence: str) -> None:
    """A code such as "2H3" was taken for an hour, and the family that answered with it was asked again."""
    codes = ["".join(drawn) for drawn in product(DIGITS, LETTERS, DIGITS)]
    misread = [code for code in codes if parse(sentence.format(code)).choice != code]
    assert misread == []
