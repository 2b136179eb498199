"""Carbon Nexus: events in, hotspots, alerts and costed recommendations out."""

from importlib.metadata import version

__version__ = version("carbon-nexus")
