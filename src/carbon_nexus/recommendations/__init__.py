"""What to do about a hotspot, with the saving computed for that entity."""
