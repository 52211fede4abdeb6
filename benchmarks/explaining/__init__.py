"""The pieces of `python -m benchmarks.explain`."""
