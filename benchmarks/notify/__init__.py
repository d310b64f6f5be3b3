"""How fast texts are taken, drained and answered, and what is lost when the sender is killed."""
