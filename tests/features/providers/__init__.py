"""Signing in with identity providers: over HTTP, with a real one and with a hostile one."""
