"""Values that stand in where an event has none: from the entity's own history, kept apart, never overwriting."""
