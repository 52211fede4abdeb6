"""Tests of temporec_mcp.explain."""
