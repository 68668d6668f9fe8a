"""Secrets that are good for one use."""
