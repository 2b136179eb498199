"""Emissions: published factors in, CO2e estimates with provenance and uncertainty out."""
