"""What a browser gets under /app: files, the one page for every address, and headers that keep it safe."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from carbon_nexus.access.keys import Keys, RequireKey
from carbon_nexus.web import routes

SCRIPT = b"console.log('page')" * 100


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built page."""
    (tmp_path / "dist" / "assets").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    built = tmp_path / "dist"
    (built / "index.html").write_text("<!doctype html>page")
    (built / ".made-from").write_text("digest")
    (built / "assets" / "index-abc.js").write_bytes(SCRIPT)
    (built / "assets" / "index-abc.js.gz").write_bytes(gzip.compress(SCRIPT))
    monkeypatch.setattr(routes, "DIST", built)
    return built


@pytest.fixture
def browser(dist: Path) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(routes.router)
    app.add_middleware(RequireKey, keys=Keys([SecretStr("a-long-random-string")]))
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize("address", ["/app", "/app/", "/app/hotspots/5", "/app/rules/my.rule?sort=-excess"])
def test_every_address_of_the_page_is_the_page_and_needs_no_key(browser: TestClient, address: str) -> None:
    answer = browser.get(address)
    assert (answer.status_code, answer.text) == (200, "<!doctype html>page")
    assert answer.headers["cache-control"] == "no-cache"


def test_no_other_path_is_open(browser: TestClient) -> None:
    assert [browser.get(path).status_code for path in ("/application", "/alerts", "/")] == [401, 401, 401]


def test_nothing_foreign_runs_and_nobody_frames_the_page(browser: TestClient) -> None:
    headers = browser.get("/app").headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_a_file_with_its_content_in_its_name_is_kept_for_ever(browser: TestClient) -> None:
    answer = browser.get("/app/assets/index-abc.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == SCRIPT


def test_whoever_cannot_unpack_gets_it_unpacked(browser: TestClient) -> None:
    answer = browser.get("/app/assets/index-abc.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.content == SCRIPT


def test_what_is_known_already_is_not_sent_again(browser: TestClient) -> None:
    tag = browser.get("/app").headers["etag"]
    again = browser.get("/app", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_that_was_built_again_is_sent_again(browser: TestClient, dist: Path) -> None:
    browser.get("/app")
    (dist / "index.html").write_text("another page")
    assert browser.get("/app").text == "another page"


def test_a_missing_asset_is_missing(browser: TestClient) -> None:
    assert browser.get("/app/assets/index-old.js").status_code == 404


@pytest.mark.parametrize("path", ["%2e%2e/secret.txt", "assets/%2e%2e/%2e%2e/secret.txt", ".made-from", "/etc/passwd"])
def test_nothing_but_the_page_is_served(browser: TestClient, path: str) -> None:
    answer = browser.get(f"/app/{path}")
    assert "secret" not in answer.text
    assert answer.text in ("<!doctype html>page", "There is no such file.")


def test_without_a_built_page_it_says_how_to_build_it(browser: TestClient, dist: Path) -> None:
    (dist / "index.html").unlink()
    answer = browser.get("/app/hotspots")
    assert answer.status_code == 503
    assert "make frontend" in answer.text
