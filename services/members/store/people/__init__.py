"""Rows of people, contact points and households: sealed here, opened here."""
