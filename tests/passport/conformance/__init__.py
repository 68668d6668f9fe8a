"""Passport by itself: bare Flask apps and tiny strategies, no database."""
