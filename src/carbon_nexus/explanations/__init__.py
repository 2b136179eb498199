"""An estimate as a person writes it down: line by line, with the number of every factor put in."""
