"""Who may call: bearer keys, the tenant a request works for, the actor the audit trail names."""
