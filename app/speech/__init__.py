"""Numbers, dates, times, money and places in a queue, said in natural Mandarin and English. Pure.

`say.parts` gives the recorded parts that are played one after the other; `say.text` what a caller hears them say.
"""
