"""What a tenant tells once about an entity: its grid and contract, floor area, refrigerant, furnace, cooling."""
