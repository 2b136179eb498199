"""Which addresses a message may go to: public ones, so that nobody reaches our own network through us. Pure."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

UNICAST = IPv6Network("2000::/3")  # the only part of IPv6 that is given out
NAT64 = IPv6Network("64:ff9b::/96")  # stands for the IPv4 address in its last 32 bits


def why_refused(address: str) -> str | None:
    """Why nothing is sent to this IP address; None: it is public. An IPv6 address that stands for IPv4 counts as that.

    Text that is no IP address is refused as well: a name is looked up first, and what it stands for is checked.
    """
    try:
        given = ip_address(address)
    except ValueError:
        return f"'{address}' is not an IP address"
    return None if _is_public(given) else f"{address} is not a public address"


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    embedded = (
        address.ipv4_mapped
        or address.sixtofour
        or (IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None)
    )
    if embedded is not None:
        return _is_public(embedded)
    return address in UNICAST and address.is_global
