"""Hatchling's build hook: the wheel carries the built dashboard, or is not built.

Node.js comes from a wheel, asked for only where the page has to be built: a source archive that carries the built page
needs neither Node.js nor the npm registry. An editable install takes the page as it is (`make frontend` builds it);
it says so in CARBON_NEXUS_NO_NODE, because a hook is not told for what kind of install its dependencies are asked.
"""

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DashboardHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds the page before the archive is packed."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs beyond hatchling; nothing where a current page is there."""
        page = _frontend(self.root)
        return [] if page.is_current() or "CARBON_NEXUS_NO_NODE" in os.environ else [page.NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page where it is needed; without it there is no wheel."""
        if version == "editable":
            return
        page = _frontend(self.root)
        try:
            page.build()
        except page.BuildFailed as problem:
            raise SystemExit(f"No {self.target_name} without the dashboard's page: {problem}.") from problem


def _frontend(root: str) -> ModuleType:
    """frontend/build.py, which is no package: the Makefile runs it too."""
    spec = importlib.util.spec_from_file_location("dashboard_build", Path(root) / "frontend" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
