"""Tickets: every matter a resident brings, from the first word to "solved".

It owns cases, their routing, clocks, follow-ups and rates.
It can be asked for cases, worklists, clocks, explanations, trends, rates and tracking.
It announces every move of a case; it owns no people, sends nothing itself and moves no money.
"""
