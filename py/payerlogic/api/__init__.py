"""The public interface: a knowledge base is loaded once, then asked.

What lives here: ``KnowledgeBase``, which has a method for each question, and its way from one service line to another.
What may not: answers, words and files, which are made below.
"""

from payerlogic.api.knowledge_base import KnowledgeBase

__all__ = ["KnowledgeBase"]
