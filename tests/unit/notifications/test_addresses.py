import pytest

from carbon_nexus.notifications.addresses import why_refused

PUBLIC = ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1"]
PRIVATE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.7", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "ff0e::1",
    "2001:db8::1", "2001::1", "100::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::101:101", "2002:7f00:1::1", "2002:a9fe:a9fe::",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached(address: str) -> None:
    assert why_refused(address) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_our_own_network_is_not_reached_however_it_is_written(address: str) -> None:
    assert why_refused(address) == f"{address} is not a public address"


@pytest.mark.parametrize("name", ["localhost", "example.com", "2130706433", "0x7f000001", "127.1", "", "[::1]"])
def test_what_is_no_address_is_refused(name: str) -> None:
    assert why_refused(name) == f"'{name}' is not an IP address"
