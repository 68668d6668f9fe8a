"""``make release VERSION=1.2.3`` and ``make sbom``: what docs/releases.md says of how a release is made.

``places`` is where the version stands, ``changelog`` reads and turns CHANGELOG.md, ``kept`` looks whether what is
public is still there, ``bill`` lists what a release is made of, ``__main__`` does one after the other. Nothing here is
a part of the application.
"""
