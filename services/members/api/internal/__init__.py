"""What only our own services may ask."""
