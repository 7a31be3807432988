"""The pages on which a course is read, apart from those of enrolling and of my courses."""
