"""What the studio takes from people and scripts, one module per noun."""
