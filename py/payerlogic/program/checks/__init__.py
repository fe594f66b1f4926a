"""What a knowledge base may not say, one kind of problem a module; each problem with file, line and what to write.

What lives here: checks of the text, of the declarations and of the ground program. What may not: repairs, answers.
"""
