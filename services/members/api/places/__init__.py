"""Places over HTTP."""
