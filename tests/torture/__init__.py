"""The chat under faults: honest clients, a network and servers that fail, and a check of what arrived."""
