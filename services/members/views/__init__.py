"""Read-only queries, each filtered by what the reader may see."""
