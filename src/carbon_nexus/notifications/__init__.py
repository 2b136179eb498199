"""How alerts reach people and programs: receivers, what they are told and why, and the log of deliveries."""
