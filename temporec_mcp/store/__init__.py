"""The one owner of the database: events, items, vectors, models, jobs, recommendations and users in DuckDB."""
