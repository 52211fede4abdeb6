"""Tests of temporec_mcp.cli."""
