"""Why not another outcome: every minimal set of changes, each confirmed by clingo.

What lives here: the search, the confirmation and what goes with the changes. What may not: sentences.
"""
