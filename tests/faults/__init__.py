"""Kills, losses, partitions and duplicates against real processes, and the model they are measured by."""
