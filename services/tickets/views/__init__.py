"""Read-only questions. The scope of the one who asks stands in the question itself."""
