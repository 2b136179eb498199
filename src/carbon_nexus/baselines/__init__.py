"""What is typical for an entity, here and now."""
