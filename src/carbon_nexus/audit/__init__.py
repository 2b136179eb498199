"""The audit trail: one entry for every change of state, written in the same transaction as the change."""
