"""Pure rules: money, chart, templates, and the state table of each noun. No input or output, no clock."""
