"""Tests of temporec_mcp.server."""
