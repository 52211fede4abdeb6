"""Tests of what is kept in and what is kept out."""
