"""Tests of the features, each in a folder with its name."""
