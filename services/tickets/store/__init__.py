"""Rows and domain objects: the only place that writes business rows."""
