"""The stories of examples/, told against the real server."""
