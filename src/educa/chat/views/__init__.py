"""What rooms answer over HTTP, by noun."""
