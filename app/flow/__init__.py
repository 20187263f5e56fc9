"""What happens to a call, decided without touching the world.

Pure: a flow document is read and checked (document.py, check.py), compiled with the company's assets into a snapshot
(compile.py) and walked by the interpreter, which yields commands and is sent their outcomes.
"""
