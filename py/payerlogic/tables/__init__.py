"""Whole tables: read, mapped to the vocabulary, decided by the SQL of the policies, written.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> Mapping.parse("columns: {primary_site: SITE}", kb.vocabulary).reads
    ('id', 'SITE')

``batch`` decides a table; ``Mapping`` says how its columns and codes become attributes and values.
"""

from payerlogic.tables.decide_table import Batch, RowCounts, batch
from payerlogic.tables.engines import DuckDb, Engine, Progress, Spark, check_engine
from payerlogic.tables.mapping import Mapping, MappingError, schema
from payerlogic.tables.service import service_of_table
from payerlogic.tables.writers import FORMATS, format_of

__all__ = [
    "FORMATS",
    "Batch",
    "DuckDb",
    "Engine",
    "Mapping",
    "MappingError",
    "Progress",
    "RowCounts",
    "Spark",
    "batch",
    "check_engine",
    "format_of",
    "schema",
    "service_of_table",
]
