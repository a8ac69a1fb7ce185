"""Where a notification may go: to public addresses alone.

The address of another system is typed by somebody, and its name may be pointed elsewhere later. So the name is
resolved at each send, every address it has is checked, and the connection goes to the very address that was checked.
"""

import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

SCHEMES = ("https",)
LOCAL_SUFFIXES = (".local", ".localhost", ".internal", ".lan", ".home", ".corp", ".test", ".onion")
UNREADABLE = "Cette adresse ne se lit pas."
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")
# IPv4 written inside IPv6: what counts is the address that is reached.
_NAT64 = IPv6Network("64:ff9b::/96")


class Forbidden(Exception):
    """The address is not public; the text says why, in French."""


def check_url(url: str) -> None:
    """What can be told from the address alone. Raises Forbidden."""
    parts, host, port = _parts(url)
    if parts.scheme not in SCHEMES or not host:
        raise Forbidden("L’adresse commence par https://.")
    if parts.username or parts.password:
        raise Forbidden("L’adresse ne contient ni identifiant ni mot de passe : les envois sont signés.")
    if port is not None and not 0 < port < 65536:
        raise Forbidden("Ce port n’existe pas.")
    literal = _literal(host)
    if literal is not None:
        if not is_public(literal):
            raise Forbidden("Les envois ne vont qu’à des adresses publiques.")
    elif "." not in host or host.rstrip(".").endswith(LOCAL_SUFFIXES):
        raise Forbidden("Les envois ne vont qu’à des adresses publiques.")


def resolve(host: str, port: int) -> str:
    """A public address of this host. Raises Forbidden when one of its addresses isn't, OSError when it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(row[4][0]) for row in found]
    if not all(is_public(ip_address(address.partition("%")[0])) for address in addresses):
        raise Forbidden("Les envois ne vont qu’à des adresses publiques.")
    return addresses[0]


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the public Internet, whatever its writing."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None,))[0]
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _parts(url: str) -> tuple[SplitResult, str, int | None]:
    """The address taken apart, its host and its port; the host is one that can be looked up, accents included."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        raise Forbidden(UNREADABLE) from None
    if _BLANK.search(url):
        raise Forbidden(UNREADABLE)
    return parts, host, port


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """An address written as such, in the old notations too: 127.1, 0x7f000001, 2130706433."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None
