"""Will somebody answer? What a flow does at every hour, for callers from everywhere, on every way through it.

The nodes themselves are run, with every answer that the world may give them (passages.py), once for each standing of
the opening hours (days.py) and each class of callers that the flow tells apart (origins.py); where they lead is followed
through the flow (explore.py), to the phones that ring (ways.py). So coverage knows no kind of node: what it says is
what calls do. Pure.
"""
