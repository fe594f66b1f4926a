"""The knowledge base as a program: its files read, checked (``checks``) and grounded, and what they declare.

What lives here: everything about the ``.lp`` files themselves, and clingo's grounding. What may not: cases, answers.
"""
