"""How soon what was committed stands on an open page."""
