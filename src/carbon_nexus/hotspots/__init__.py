"""Observed against typical: what stands out."""
