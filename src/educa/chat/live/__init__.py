"""The open connections of this process, and how they learn what happens in the rooms."""
