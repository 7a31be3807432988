"""The REST API: one module per noun, its serializers and its views side by side."""
