"""The console: operators work in it, residents are served by it, visitors see Yihu through it.

It owns no business fact. It is a client of the four public APIs and keeps one store, the chronicle:
every event of every feed, by correlation.
"""
