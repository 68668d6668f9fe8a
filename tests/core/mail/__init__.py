"""Mails: promised, made, sent."""
