"""Tests of your own features. Flaskport ships this folder empty, and leaves it alone."""
