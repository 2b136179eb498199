"""Who estimates: the embedded estimator, and in its place plug-ins and a separate ml-engine. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.model import DEFAULT_BASIS, Basis
from carbon_nexus.predictions.answers import EstimatorClient
from carbon_nexus.predictions.overlay import overlay
from carbon_nexus.predictions.plugins import PlugIn, apply


@dataclass(frozen=True)
class Estimator:
    """The embedded estimator on a basis, plug-ins by event type, and the client of a separate ml-engine."""

    basis: Basis = DEFAULT_BASIS
    plugins: Mapping[str, PlugIn] = field(default_factory=dict)
    remote: EstimatorClient | None = None

    def estimate(self, events: pl.DataFrame) -> pl.DataFrame:
        """One estimate per event, in order, columns of ESTIMATE_SCHEMA; a plug-in's where it gives one."""
        estimates = estimate(events, self.basis)
        for plugin in self.plugins.values():
            estimates = overlay(estimates, apply({plugin.event_type: plugin}, events), f"plug-in {plugin.name}")
        return estimates


EMBEDDED = Estimator()
"""What is built in, on its default basis."""
