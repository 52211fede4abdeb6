"""Tests of temporec_mcp.app."""
