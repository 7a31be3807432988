"""The kinds of content that Educa brings, and the place where others are registered."""
