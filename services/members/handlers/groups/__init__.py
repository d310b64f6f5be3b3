"""Commands about organisations, posts, memberships, coverage and task forces."""
