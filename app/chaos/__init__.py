"""`hotline400 chaos`: what becomes of live calls when a part of the installation dies, counted.

Real processes (two controllers, Redis, worker, scheduler, database) in a folder of their own; the calls come from the
simulated switch in this process, which also sees what each caller hears.
"""
