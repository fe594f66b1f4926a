"""Multi-valued decision diagrams: operations, minimal sets, prime covers, counts.

What lives here: mathematics over variables and their values. What may not: anything that knows what a policy, a case
or a reading is; clingo.
"""
