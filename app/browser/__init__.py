"""Where every way in finishes: the session in cookies, the way back, and sign-ins that are under way."""
