"""The command line: ``flask users``, ``sessions``, ``keys`` and ``auth``, and what ``flask shell`` opens with."""

from flask import Flask

from app.cli import auth, keys, sessions, shell, signing_keys, users


def init_app(app: Flask) -> None:
    app.cli.add_command(users.users)
    app.cli.add_command(sessions.sessions)
    app.cli.add_command(keys.keys)
    app.cli.add_command(signing_keys.signing_keys)
    app.cli.add_command(auth.auth)
    app.shell_context_processor(shell.context)
