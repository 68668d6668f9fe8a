"""A company to look at: 200 people and half a year of what they did, served on this machine. ``make demo`` starts it.

It stands beside ``app/`` and not in it, for nothing of the product needs it: no installation has a way to fill its
database with made-up people. docs/demo.md tells what is there.
"""
