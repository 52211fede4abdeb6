"""The one process that has a home's database open, and serves every client of that home."""
