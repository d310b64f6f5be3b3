"""Pure rules of tickets: tables and decisions, no input, no output, no clock."""
