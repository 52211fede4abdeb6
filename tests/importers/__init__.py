"""Tests of temporec_mcp.importers."""
