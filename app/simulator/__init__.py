"""FreeSWITCH's side of the outbound event socket: callers, phones and a clock, to try calls without a switch.

Faithful to recordings of a real FreeSWITCH (tests/wire, made with `recorder.py`) in what a controller of one call
sees: commands, replies, events and their order, variables, timing. Not simulated: events of the phones' own channels,
gateways that are down, RTP, transfers, conferences.
"""
