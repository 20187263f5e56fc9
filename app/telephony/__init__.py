"""FreeSWITCH's outbound event socket: the server, a channel, and what goes over the wire."""
