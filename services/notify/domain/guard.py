"""The guard over addresses that somebody else named: which hosts may be called, and at which network addresses.

An address is judged twice: when it is saved, and at the socket of every call, where the name has become a number. What
is refused there cannot be reached by a name that changes its mind in between.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

from chassis.refused import Refused

URL_CHARACTERS_MAX: Final = 2_000
DEFAULT_PORTS: Final = {"https": 443, "http": 80}

# IANA's special-purpose registry for IPv4, multicast and the reserved space; the last is a cloud's metadata service.
NOT_PUBLIC: Final = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "168.63.129.16/32",
    )
)
# Of IPv6 only global unicast is public; within it, what is reserved or carries an IPv4 address (Teredo, 6to4) is not.
PUBLIC_V6: Final = IPv6Network("2000::/3")
NOT_PUBLIC_V6: Final = tuple(IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))


@dataclass(frozen=True, slots=True)
class Guard:
    """Hosts an administrator has approved, and exceptions `host:port` that skip every check but their own name."""

    approved: frozenset[str]
    exceptions: frozenset[str] = frozenset()

    def check(self, url: str) -> None:
        """Refuse a URL that may never be called: `address_refused`, with the reason in its errors."""
        if len(url) > URL_CHARACTERS_MAX or not url.isascii() or not url.isprintable() or set(url) & set(" \\"):
            raise refused("malformed")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
        except ValueError as error:
            raise refused("malformed") from error
        if "@" in parts.netloc:
            raise refused("user_in_address")
        if self.excepts(host, port):
            return
        if parts.scheme != "https":
            raise refused("not_https")
        self.check_host(host)

    def check_host(self, host: str) -> None:
        """Refuse whatever is no approved name. A last label that begins with a digit makes a number of the whole."""
        last_label = host.rstrip(".").rpartition(".")[2]
        if ":" in host or not last_label[:1].isalpha():
            raise refused("not_a_name")
        if host.lower() not in self.approved:
            raise refused("not_approved")

    def excepts(self, host: str, port: int) -> bool:
        return f"{host.lower()}:{port}" in self.exceptions


def check_address(address: str) -> None:
    """Refuse a network address that is not public."""
    if not is_public(address):
        raise refused("not_public")


def is_public(address: str) -> bool:
    """Whether everybody on the internet would reach the same machine there."""
    try:
        number = ip_address(address)
    except ValueError:
        return False
    match number:
        case IPv4Address():
            return not any(number in block for block in NOT_PUBLIC)
        case IPv6Address():
            return number in PUBLIC_V6 and not any(number in block for block in NOT_PUBLIC_V6)


def refused(why: str) -> Refused:
    return Refused("address_refused", status=422, errors=[{"pointer": "/url", "code": why, "detail": ""}], detail=why)
