"""The chapters of the story, each a small play with a proof."""
