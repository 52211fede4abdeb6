"""The only code that knows DuckDB."""
