"""Slips of the finger in the domain of an e-mail address."""

KNOWN = (
    "gmail.com", "orange.fr", "wanadoo.fr", "hotmail.fr", "hotmail.com", "yahoo.fr", "yahoo.com", "free.fr", "sfr.fr",
    "laposte.net", "outlook.fr", "outlook.com", "live.fr", "icloud.com", "bbox.fr", "neuf.fr", "numericable.fr",
    "protonmail.com", "proton.me", "msn.com", "me.com", "aol.com", "gmx.fr", "gmx.com", "ymail.com", "live.com",
)  # fmt: skip
_WRONG_ENDING = {
    "gmail.fr": "gmail.com",
    "gmail": "gmail.com",
    "orange.com": "orange.fr",
    "laposte.fr": "laposte.net",
    "wanadoo.com": "wanadoo.fr",
}


def suggestion(address: str) -> str:
    """The address that was probably meant, or "" when nothing looks wrong.

    >>> suggestion("lea@gmial.com"), suggestion("lea@gmail.fr"), suggestion("lea@exemple.fr")
    ('lea@gmail.com', 'lea@gmail.com', '')
    """
    name, _, domain = address.casefold().rpartition("@")
    if not name or domain in KNOWN:
        return ""
    meant = _WRONG_ENDING.get(domain) or next(
        (known for known in KNOWN if len(known) > 6 and _one_slip(domain, known)), ""
    )
    return f"{address.rpartition('@')[0]}@{meant}" if meant else ""


def _one_slip(typed: str, known: str) -> bool:
    """One letter missing, added, changed, or two neighbours swapped."""
    if abs(len(typed) - len(known)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(known)) and typed[start] == known[start]:
        start += 1
    rest, wanted = typed[start:], known[start:]
    swapped = wanted[1:2] + wanted[:1] + wanted[2:]
    return rest[1:] == wanted or rest == wanted[1:] or rest[1:] == wanted[1:] or rest == swapped
