from gevent import monkey

monkey.patch_all()


"""`hotline400 esl`: call control, one process. Several may share the port; each has its own journal."""
