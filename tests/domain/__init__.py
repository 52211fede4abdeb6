"""Tests of temporec_mcp.domain."""
