"""What a policy knows of a case: the case space, presumptions, readings, and exact views of partial cases.

What lives here: ``Model``, one loaded knowledge base with its one lock, and what it is made of. What may not:
questions and their answers, sentences, files.
"""
