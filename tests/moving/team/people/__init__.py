"""The users of a team."""
