"""The pages and addresses of rooms, by noun."""
