"""Which network addresses may be fetched from: public ones; it resolves a name once and opens no connection."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator, Sequence

from index.errors import ReadError, UnavailableError

Resolve = Callable[[str, int], Sequence[str]]
"""(host, port) -> its addresses as text; raises OSError when there are none."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Public by number and yet inside: the services that tell a virtual machine its secrets.
_METADATA = frozenset(
    map(ipaddress.ip_address, ("168.63.129.16", "169.254.169.254", "100.100.100.200", "fd00:ec2::254"))
)
_PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NOT_FOR_US = [
    ipaddress.IPv6Network(each)
    for each in ("64:ff9b:1::/48", "2001::/32", "fec0::/10", "::/96", "100::/64", "5f00::/16")
]


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, in the system's order; a number in any of its spellings is its own address."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, and hides none in it that is not."""
    try:
        number = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return "%" not in address and all(_is_plainly_public(each) for each in (number, *_embedded(number)))


def is_metadata(address: str) -> bool:
    """Whether an address is, or hides, that of a cloud's metadata service."""
    try:
        number = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return any(each in _METADATA for each in (number, *_embedded(number)))


def _is_plainly_public(number: Address) -> bool:
    if (
        number in _METADATA
        or number.is_multicast
        or number.is_reserved
        or not number.is_global
        or number in _PROTOCOLS
    ):
        # Python calls the range of NAT64 reserved; what counts there is the address inside.
        return isinstance(number, ipaddress.IPv6Address) and number in _NAT64
    return not (isinstance(number, ipaddress.IPv6Address) and any(number in each for each in _NOT_FOR_US))


def _embedded(number: Address) -> Iterator[Address]:
    """The IPv4 addresses that an IPv6 address is translated or tunnelled to."""
    if isinstance(number, ipaddress.IPv4Address):
        return
    if number.ipv4_mapped:
        yield number.ipv4_mapped
    if number.sixtofour:
        yield number.sixtofour
    last = ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    is_isatap = (int(number) >> 32) & 0xFFFFFFFF in (0x00005EFE, 0x02005EFE)
    if number in _NAT64 or is_isatap:
        yield last


def checked_addresses(
    host: str,
    port: int,
    find: Resolve = resolve,
    allow_private: bool = False,
    is_open: Callable[[str], bool] = is_public,
) -> list[str]:
    """The addresses to connect to, resolved once; raises ReadError when any of them is not public.

    Connect to one of these, never to the host by name: a name can have another address a moment later.
    Even where private ones are allowed, those of a cloud's metadata service are refused: nobody means them.
    """
    try:
        addresses = list(find(host, port))
    except OSError as error:
        raise UnavailableError(host, f"cannot be found ({error}); check the address") from error
    except UnicodeError as error:
        raise ReadError(host, f"cannot be found ({error}); check the address") from error
    if not addresses:
        raise ReadError(host, "has no address; check its spelling")
    for address in addresses:
        if is_metadata(address):
            raise ReadError(host, f"is at {address}, which is no public address: a machine's secrets are there")
    if not allow_private:
        if port < 1024 and port not in (80, 443):
            raise ReadError(host, f"port {port} is not one of the web; expected 80, 443 or one above 1023")
        for address in addresses:
            if not is_open(address):
                raise ReadError(
                    host, f"is at {address}, which is no public address; allow private addresses if it is meant"
                )
    return addresses
