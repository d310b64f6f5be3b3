"""Requests in over HTTP, a file per noun."""
