"""What stands on the app and can be taken away: each package here is one line in ``create_app``."""
