"""Passwords that Django, Werkzeug, passlib and Firebase have hashed open the account that they were imported with."""

from flask import Flask

from app.accounts import HashFormat, add_hash_format
from app.core.settings import read
from app.features.foreign_hashes import django, fast, firebase, pbkdf2, scrypt
from app.features.foreign_hashes.settings import Settings


def init_app(app: Flask) -> None:
    signer_keys = read(app, Settings).signer_keys
    add_hash_format(app, HashFormat("pbkdf2", pbkdf2.read))
    add_hash_format(app, HashFormat("scrypt", scrypt.read))
    add_hash_format(app, HashFormat("django", django.read))
    add_hash_format(app, HashFormat("firebase", firebase.reader(signer_keys)))
    add_hash_format(app, HashFormat("fast", fast.read))
