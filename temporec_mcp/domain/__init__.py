"""The words of the product: frozen dataclasses and plain arrays over NumPy."""
