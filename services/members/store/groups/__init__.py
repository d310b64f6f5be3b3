"""Rows of organisations, posts, memberships, coverage and task forces."""
