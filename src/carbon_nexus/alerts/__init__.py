"""The conversation about a hotspot."""
