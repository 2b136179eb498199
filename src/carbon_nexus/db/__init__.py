"""The schema, the connections, and the embedded PostgreSQL."""
