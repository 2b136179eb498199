"""What emissions must not pass in a month, and how much of it is left."""
