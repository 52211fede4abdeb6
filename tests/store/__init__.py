"""Tests of temporec_mcp.store."""
