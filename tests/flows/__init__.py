"""Across services, against a running system: a file per feature, named for it."""
