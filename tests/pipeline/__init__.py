"""Tests of temporec_mcp.pipeline."""
