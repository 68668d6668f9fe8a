"""Deployment: docs/deploy.md followed, and what deploy/ holds."""
