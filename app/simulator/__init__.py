"""FreeSWITCH's side of the outbound event socket: callers, phones and a clock, to try calls without a switch.

Faithful to recordings of a real FreeSWITCH (tests/wire); `recorder.py` makes them.
"""
