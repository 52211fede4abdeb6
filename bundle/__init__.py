"""The bundle that desktop apps install with a double click: its manifest, its entry, and what builds it."""
