"""The pages of students, by noun."""
