"""Rows of accounts, sessions, challenges, counters, keys and where a grant comes from."""
