"""The views of the auth blueprint, a module for each noun."""
