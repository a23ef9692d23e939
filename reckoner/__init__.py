"""Reckoner: customer value, churn, revenue, retention and audience marts in SQL on DuckDB."""
