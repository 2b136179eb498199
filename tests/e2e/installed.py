"""The wheel, built from this checkout as anybody would and installed where nothing of the checkout can be imported."""

import shutil
import site
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 600


def install(folder: Path) -> Path:
    """A new environment in this folder with the wheel in it; its `carbon-nexus` command.

    What the wheel needs is taken from the environment of the tests, by a line in a .pth file: the checkout's editable
    install is such a line there too, and such lines are not read on.
    """
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    _run(*_installer(python), "--quiet", "--no-deps", str(ROOT))
    (_packages(python) / "dependencies.pth").write_text("\n".join(site.getsitepackages()))
    return folder / "bin" / "carbon-nexus"


def package_of(command: Path) -> Path:
    """The folder of the package that this command runs."""
    return Path(_run(str(command.parent / "python"), "-c", "import carbon_nexus; print(carbon_nexus.__path__[0])"))


def _installer(python: Path) -> list[str]:
    """uv where it is installed, else pip, as the Makefile has it; uv would keep a wheel of older sources."""
    if shutil.which("uv"):
        return ["uv", "pip", "install", "--python", str(python), "--refresh-package", "carbon-nexus"]
    return [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), "install"]


def _packages(python: Path) -> Path:
    return Path(_run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"))


def _run(*command: str) -> str:
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout.strip()
