"""What people know in writing: documents read into passages, and passages found for a question."""
