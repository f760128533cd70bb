"""A user model of one's own."""
