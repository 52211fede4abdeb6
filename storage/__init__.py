"""The database itself: numbered migrations and one SQL statement per query file, read with importlib.resources."""
