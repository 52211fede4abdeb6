"""Stories that assert: each runs against the real server over stdio, and the tests run each."""
