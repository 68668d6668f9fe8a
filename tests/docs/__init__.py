"""The documents' own code, run."""
