"""The providers' own APIs, a file each."""
