"""Which received column is which field, in which unit, and how its texts are written; presets of sources."""
