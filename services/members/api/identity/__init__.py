"""Signing in and rights over HTTP."""
