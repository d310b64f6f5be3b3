"""The chronicle: every event of every feed in the order it was heard, for journeys, the ribbon and live pages."""
