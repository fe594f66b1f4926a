"""One file format a module.

What lives here: turning blocks and tables into bytes. What may not: words of its own.
"""
