"""The command line: ``flask users``, ``flask sessions``, ``flask auth``, and what ``flask shell`` opens with."""

from flask import Flask

from app.cli import auth, sessions, shell, users


def init_app(app: Flask) -> None:
    app.cli.add_command(users.users)
    app.cli.add_command(sessions.sessions)
    app.cli.add_command(auth.auth)
    app.shell_context_processor(shell.context)
