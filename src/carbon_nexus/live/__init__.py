"""What a browser hears without asking: what has changed, once it is committed."""
