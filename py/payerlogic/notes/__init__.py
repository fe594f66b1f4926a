"""Facts of a case in free text, each beside the words that say it. Nothing is applied here, and nothing is guessed.

What words state a value, and what words make it doubtful, the knowledge base says (kb/core/notes.lp explains how); here
stands only how a text is taken apart. Nothing here knows an answer or a policy.
"""

from payerlogic.notes.fhir import note_of_fhir
from payerlogic.notes.reading import NoteFinding, read_note

__all__ = ["NoteFinding", "note_of_fhir", "read_note"]
