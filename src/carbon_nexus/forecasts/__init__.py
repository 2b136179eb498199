"""Seven days ahead, from measured history only."""
