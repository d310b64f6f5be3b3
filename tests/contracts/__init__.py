"""What is published, who relies on it, and that neither changes unnoticed."""
