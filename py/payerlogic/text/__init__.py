"""Words, numbers and days as people and files write them: dates, scalars, patterns, cells of CSV files, YAML.

What lives here: reading and writing of values, and of YAML as plain data, that mean the same to every policy. What may
not: anything that knows of a case, a policy or a knowledge base.
"""
