"""What a user states: one case checked against the vocabulary, and files of many cases.

What lives here: records, their fields and their file formats. What may not: what a policy makes of a case.
"""
