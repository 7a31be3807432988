"""The demonstration: three small courses, three accounts, and the way to load and remove them."""
