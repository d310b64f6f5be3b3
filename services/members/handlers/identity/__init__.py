"""Commands about signing in and rights."""
