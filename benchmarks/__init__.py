"""Workloads, peers and limits, measured side by side; results are kept with machine and date."""
