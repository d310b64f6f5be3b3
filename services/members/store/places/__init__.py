"""Rows of areas and estates."""
