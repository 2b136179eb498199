"""What an implemented measure really saved: a baseline frozen then, compared with what happened since."""
