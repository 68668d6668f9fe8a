"""Tests with real server processes: races, crashes, raw sockets."""
