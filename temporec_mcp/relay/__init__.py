"""The thin process that a client starts: it finds or starts the home's owner and passes lines between the two.

Everything here is importable in a blink: the standard library only, and no more of it than is needed.
"""
