"""The pages of the studio, one module per noun."""
