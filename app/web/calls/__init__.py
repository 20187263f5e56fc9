"""The list of calls and the story of each; filters with names, files to take away, callers put on lists."""

from app.web.calls import exports, listing, saved
from app.web.calls.views import calls

__all__ = ["calls", "exports", "listing", "saved"]
