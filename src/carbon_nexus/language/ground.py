"""Which claims of a language model are believed: those whose passages were shown to it. Pure."""
