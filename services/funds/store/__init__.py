"""Rows to domain objects and back; `ledger` alone calls the ledger functions."""
