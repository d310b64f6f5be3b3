"""Where people live and what a group covers: areas in a tree, estates across it, addresses in words."""
