"""Factors: the published emission factors, in named sets that never change."""
