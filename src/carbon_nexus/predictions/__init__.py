"""Estimates of stored events: who makes them, how they are kept, read and explained."""
