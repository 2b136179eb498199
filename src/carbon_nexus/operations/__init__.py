"""What the service says of itself: its root, health and metrics, the doctor, the smoke test."""
