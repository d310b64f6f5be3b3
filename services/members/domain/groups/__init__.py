"""How women organise: organisations, posts, memberships, coverage, task forces."""
