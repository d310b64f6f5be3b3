"""Who lives here and how to reach her: people, contact points, households."""
