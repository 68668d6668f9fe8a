"""Tests of the same-named package of the app."""
