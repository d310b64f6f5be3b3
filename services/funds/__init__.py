"""Funds: the money of the community charity fund and of the group-organisations fund.

It owns the double-entry journal, donations, help applications, approvals, commitments and payments; it can be asked
for balances, the trial balance and each fund's public figure; it announces what was received, decided and paid.
PostgreSQL itself refuses an unbalanced entry, an overdraft, and money out without author, approvers and payer.
"""
