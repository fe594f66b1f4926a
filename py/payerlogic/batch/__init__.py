"""Whole tables: read, mapped to the vocabulary, decided by the SQL of the policies, written.

    >>> from payerlogic.knowledge import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> Mapping.parse("columns: {primary_site: SITE}", kb.vocabulary).reads
    ('id', 'SITE')

``batch`` decides a table; ``Mapping`` says how its columns and codes become attributes and values.
"""

from payerlogic.batch.engines import DuckDb, Engine, Progress, Spark, check_engine
from payerlogic.batch.mapping import Mapping, MappingError, schema
from payerlogic.batch.run import Batch, Counts, batch
from payerlogic.batch.writing import FORMATS, format_of

__all__ = [
    "FORMATS",
    "Batch",
    "Counts",
    "DuckDb",
    "Engine",
    "Mapping",
    "MappingError",
    "Progress",
    "Spark",
    "batch",
    "check_engine",
    "format_of",
    "schema",
]
