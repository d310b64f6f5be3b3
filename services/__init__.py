"""The four services. None imports another: they tell each other facts through their feeds."""
