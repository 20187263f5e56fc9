"""Imported first by a command that lives on gevent, as call control and simulator do."""

from gevent import monkey

monkey.patch_all()
