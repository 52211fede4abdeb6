"""One module per export format, and what finds the format."""
