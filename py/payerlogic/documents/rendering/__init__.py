"""Which writer makes which format of which answer; ``payerlogic.documents.render`` finds them by name.

What lives here: ``as_<format>(answer, kb)`` for each kind of answer. What may not: writing itself.
"""
