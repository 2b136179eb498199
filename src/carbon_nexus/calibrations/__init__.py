"""What measured trips teach about the model, and where it is used."""
