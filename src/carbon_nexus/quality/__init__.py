"""How good the received rows are, and who has stopped reporting."""
