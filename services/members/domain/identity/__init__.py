"""Signing in and what each may do: challenges, passwords, sessions, grants, permissions."""
