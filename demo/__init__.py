"""The story of one neighbourhood, played through the public APIs, each chapter with its proof."""
