"""The worked example: a resource with an owner and drafts. Copy this package for a domain of your own."""

from app.posts.models import Post
from app.posts.service import create, delete, list_visible, update, visible

__all__ = ["Post", "create", "delete", "list_visible", "update", "visible"]
