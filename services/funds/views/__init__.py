"""Read-only queries: what the pages show, the public figure, and the checks by which anybody can verify the ledger."""
