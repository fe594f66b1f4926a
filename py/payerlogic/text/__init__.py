"""Words, numbers and days as people and files write them: dates, scalars, patterns, cells of CSV files.

What lives here: reading and writing of single values that mean the same to every policy. What may not: anything
that knows of a case, a policy or a knowledge base.
"""
