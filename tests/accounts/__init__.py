"""Accounts: addresses, passwords, and the one door to being signed in."""
