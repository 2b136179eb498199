"""What somebody sends: a file of any usual kind becomes rows of text, in parts, with the line each row stands on."""
