"""HTTP of the factor library: published facts, the same for every tenant; no database is asked."""

from collections import Counter
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from carbon_nexus.factors.diff import diff
from carbon_nexus.factors.find import matching, sets_with
from carbon_nexus.factors.grid import regions
from carbon_nexus.factors.library import DEFAULT_SET, factor_set, set_names
from carbon_nexus.factors.schemas import FactorInSets, FactorPage, FactorSetFacts, GridRegions, SetDifference
from carbon_nexus.kit.plain import json_bytes

router = APIRouter(tags=["factors"])

SetName = Annotated[str, Query(max_length=100, description="Name of a factor set, from /factors/sets")]
NO_SUCH_SET: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such factor set."}}
Filter = Annotated[str | None, Query(max_length=200)]


@router.get("/factors", response_model=FactorPage, responses=NO_SUCH_SET)
async def list_factors(
    set: SetName = DEFAULT_SET,
    search: Annotated[str | None, Query(max_length=200, description="Words in id, table, publisher or note")] = None,
    edition: Filter = None,
    region: Filter = None,
    unit: Filter = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Factors of a set by id, those included that an edition of higher priority stands before."""
    factors = factor_set(set)
    found = matching(factors, search=search, edition=edition, region=region, unit=unit)
    page = [asdict(factor) | {"counts": factors.counts(factor)} for factor in found[offset : offset + limit]]
    facts = {"factor_set": set, "digest": factors.digest, "total": len(found), "limit": limit, "offset": offset}
    return _json(facts | {"factors": page}, {"X-Total-Count": str(len(found))})


@router.get("/factors/sets")
async def list_factor_sets() -> list[FactorSetFacts]:
    """Every packaged set; none of them ever changes."""
    return [
        FactorSetFacts(
            name=each.name,
            status=each.status,
            default=each.name == DEFAULT_SET,
            digest=each.digest,
            editions=each.editions,
            factors=len(each.factors),
            passed_over=dict(each.passed_over),
        )
        for each in map(factor_set, set_names())
    ]


@router.get("/factors/diff", response_model=SetDifference, responses=NO_SUCH_SET)
async def diff_factor_sets(old: SetName, new: SetName) -> Response:
    """What an upgrade from one set to another changes, number by number."""
    changes = diff(factor_set(old), factor_set(new))
    count = Counter(str(change.kind) for change in changes)
    counts = {kind: count[kind] for kind in ("changed", "added", "removed")}
    return _json({"old": old, "new": new, **counts, "changes": [asdict(change) for change in changes]})


@router.get("/factors/{factor_id:path}")
async def show_factor(factor_id: str) -> FactorInSets:
    """One factor by its id, and the sets it is in."""
    factor, sets = sets_with(factor_id)
    return FactorInSets(**asdict(factor), sets=sets)


@router.get("/grid-regions", response_model=GridRegions, responses=NO_SUCH_SET)
async def list_grid_regions(set: SetName = DEFAULT_SET) -> Response:
    """The grids electricity may come from, by code."""
    factors = factor_set(set)
    found = [asdict(region) for region in regions(factors).values()]
    return _json({"factor_set": set, "digest": factors.digest, "regions": found})


def _json(body: dict[str, object], headers: dict[str, str] | None = None) -> Response:
    return Response(json_bytes(body), media_type="application/json", headers=headers)
