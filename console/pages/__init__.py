"""The operators' screens: one screen is one file here, one template, one test file."""
