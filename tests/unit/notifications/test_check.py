import pytest

from carbon_nexus.errors import InvalidInput
from carbon_nexus.notifications.check import check_no_secret, check_secret, check_webhook_url, secret_of, shown

SHOWN = {
    "https://user:pw@hooks.example.com:8443/T0/B0/token?key=1#x": "https://hooks.example.com",
    "mailto://ann:pw@example.com?to=bob@example.com": "mailto://example.com",
    "mailtos://example.com?user=ann&pass=pw": "mailtos://example.com",
    "jsons://token@[2001:db8::1]/x": "jsons://2001:db8::1",
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ": "slack://...",
    "tgram://123:secret/chat": "tgram://...",
    "discord://id/token": "discord://...",
    "https://[": "://...",
}


@pytest.mark.parametrize("url", SHOWN)
def test_of_an_address_scheme_and_host_are_shown(url: str) -> None:
    assert shown(url) == SHOWN[url]


@pytest.mark.parametrize(
    "url", ["http://example.com", "ftp://example.com", "https://", "example.com", "https:///x", ""]
)
def test_a_webhook_needs_https_and_a_host(url: str) -> None:
    with pytest.raises(InvalidInput, match="must begin with https:// and name a host"):
        check_webhook_url(url, allow_private=False)


def test_plain_http_goes_where_private_addresses_are_allowed() -> None:
    check_webhook_url("http://10.0.0.1/hook", allow_private=True)
    check_webhook_url("https://example.com/hook", allow_private=False)


@pytest.mark.parametrize("size", [24, 64])
def test_a_secret_has_24_to_64_bytes(size: int) -> None:
    check_secret(secret_of(b"\xff" * size))


@pytest.mark.parametrize(
    "secret", [secret_of(b"x" * 23), secret_of(b"x" * 65), "x" * 40, "whsec_!!" + "A" * 32, "whsec_é", "whsec_", ""]
)
def test_another_secret_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_secret(secret)
    assert refused.value.problems[0]["input"] is None


def test_what_goes_through_apprise_has_no_secret() -> None:
    check_no_secret(None)
    with pytest.raises(InvalidInput, match="belongs to the kind webhook"):
        check_no_secret(secret_of(b"x" * 32))
