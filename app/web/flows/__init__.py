"""Flows: their list, the menu editor, publishing, files."""

from __future__ import annotations

from app.web.flows.editor import editor
from app.web.flows.exits import exits
from app.web.flows.files import files
from app.web.flows.publishing import publishing
from app.web.flows.views import flows

blueprints = (flows, editor, exits, publishing, files)
