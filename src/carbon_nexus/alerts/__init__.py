"""The conversation about what was found: alerts, their states and timelines, silences and mute timings."""
