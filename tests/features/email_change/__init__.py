"""Another address for one's account."""
