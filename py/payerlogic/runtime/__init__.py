"""The process around the answers: whose turn it is at a knowledge base, and files that are written whole.

What lives here: locks, interruptions, forks, atomic files. What may not: anything about policies or cases.
"""
