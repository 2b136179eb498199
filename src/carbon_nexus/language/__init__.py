"""The optional language and embedding models, and what of their words is believed."""
