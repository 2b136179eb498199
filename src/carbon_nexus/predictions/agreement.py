"""Whether a stored estimate can be worked out again, and whether it comes to the same: yes, or the reason. Pure."""

from collections.abc import Mapping
from math import isclose
from typing import Any

from carbon_nexus.emissions.labels import EMBEDDED
from carbon_nexus.explanations.explain import Explanation
from carbon_nexus.factors.library import factor_set, set_names

AS_CLOSE_AS = 1e-9  # of the stored CO2e: what the last bits of a float may differ by

GONE = "its event is not stored any more"
SUPERSEDED = "made by release 0.1.0 with {}: its formulas were those of that release, its numbers stand as stored"
NOT_HERE = "made with the factor set {}, which this release does not have"
OTHERS = "made by {} (model {}), whose formula is not known here"
CHANGED = "worked out with what is known now, which is not what the estimate was made with"
PROFILE_CHANGED = "; the profile of the {} '{}' changed on {:%Y-%m-%d %H:%M} UTC"
RELEASE = "this release works it out differently from the one that made the estimate"

Row = Mapping[Any, Any]


def why_no_formula(stored: Row, has_event: bool) -> str | None:
    """Why there is nothing to work out again; None: there is."""
    if not has_event:
        return GONE
    name = set_of(stored)
    if name in set_names():
        return SUPERSEDED.format(name) if factor_set(name).status == "superseded" else None
    return None if stored["factor_set"] is None else NOT_HERE.format(name)


def whose(stored: Row) -> str | None:
    """Whose model made the number, where it was not the embedded estimator."""
    source = stored["source"] or EMBEDDED
    return None if source.startswith(EMBEDDED) else OTHERS.format(source, stored["model_version"])


def set_of(stored: Row) -> str:
    """The factor set of an estimate; one without a number keeps it as the version of the model."""
    return str(stored["factor_set"] or stored["model_version"])


def disagreement(stored: Row, found: Explanation, profile: Row | None) -> str | None:
    """Why the stored CO2e is not the one of the explanation; None: it is.

    `profile` is that of the estimate's entity as it is now, None without one.
    """
    then, now = stored["co2_kg"], found.estimate["co2e_kg"]
    if then is None and now is None:
        return None
    if then is not None and now is not None and isclose(then, now, rel_tol=AS_CLOSE_AS, abs_tol=0.0):
        return None
    if stored["inputs_hash"] == found.estimate["inputs_hash"]:
        return RELEASE
    if profile and profile["updated_at"] > stored["created_at"]:
        return CHANGED + PROFILE_CHANGED.format(stored["entity_type"], stored["entity"], profile["updated_at"])
    return CHANGED
