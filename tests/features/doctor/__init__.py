"""Tests of the same-named feature."""
