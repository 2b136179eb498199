"""Demo room: measured activity data with source and licence, and a seeded fill-in marked as simulated."""

from carbon_nexus.demo.events import demo_events

__all__ = ["demo_events"]
