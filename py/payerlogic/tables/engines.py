"""Where the SQL of a policy runs: DuckDB within this process, or Spark at a master's address.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> table = pa.table({"_record": [1, 2], "primary_site": ["brain", None]})
    >>> with DuckDb() as engine:
    ...     query = engine.compiled(kb, ["nia"], kb.settings(), ["_record", "primary_site"], keep=["_record"])
    ...     found, = engine.run(query, iter([table]))
    >>> found.select(["_record", "nia_outcome"]).to_pylist()
    [{'_record': 1, 'nia_outcome': 'denied'}, {'_record': 2, 'nia_outcome': 'open'}]

An engine takes canonical tables one after the other and gives the determinations of their rows in the same order.
"""

from __future__ import annotations

import os
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakKeyDictionary

import pyarrow as pa
import pyarrow.parquet

from payerlogic.errors import Problem, QuestionError, nearest, shown
from payerlogic.runtime.atomic import temporary_folder
from payerlogic.semantics.settings import Settings
from payerlogic.sql import Query, compile_query
from payerlogic.tables.normalize import RECORD

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from payerlogic.semantics.model import Model

ENGINES = ("duckdb", "spark")
MEMORY = "1GB"
LEAST_MEMORY = 32
"""In MB. A chunk of rows and its answers have to fit."""
MOST_THREADS = 1024
CASES = "cases"
LOCAL_MASTER = "local[*]"
# Compiling takes about a second, and a page or a script asks for the same again and again.
_COMPILED: WeakKeyDictionary[Model, OrderedDict[Hashable, Query]] = WeakKeyDictionary()
MOST_COMPILED = 32
"""How many compiled queries are kept for a knowledge base, those asked last: each has some 100,000 characters."""


class Engine:
    """What all engines share: a temporary folder that goes away with them."""

    dialect = ""

    def __init__(self, memory: str | None = None, threads: int | None = None) -> None:
        self.memory = memory_size(memory or MEMORY)
        self.threads = thread_count(threads) if threads is not None else os.cpu_count() or 1
        self.shared: Path | None = None
        self._started = False
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def _begun(self) -> bool:
        """Whether it runs already; if not, it has its temporary folder now. Only within ``with``, so that an
        interruption at any moment finds somebody to clean up."""
        if self._started:
            return True
        self._started = True
        self.folder = self._stack.enter_context(temporary_folder(self.shared))
        return False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def compiled(
        self,
        kb: Model,
        policies: Sequence[str],
        settings: Settings,
        columns: Sequence[str],
        keep: Sequence[str],
    ) -> Query:
        """The policies in the language of this engine, over canonical tables with these columns: the vocabulary has
        read their values already."""
        readings = tuple(sorted(settings.readings.items()))
        how = readings, settings.presumptions, settings.as_of, self.dialect
        asked = tuple(policies), how, tuple(columns), tuple(keep)
        with kb.lock:  # compiling makes the diagrams of the knowledge base grow
            known = _COMPILED.setdefault(kb, OrderedDict())
            if asked not in known:
                known[asked] = compile_query(
                    kb,
                    policies,
                    settings,
                    table=CASES,
                    dialect=self.dialect,
                    columns=columns,
                    keep=tuple(keep),
                    check_values=False,
                )
            known.move_to_end(asked)
            while len(known) > MOST_COMPILED:
                known.popitem(last=False)
            return known[asked]

    def run(self, query: Query, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """The determinations of all rows, ordered by their numbers."""
        raise NotImplementedError


class DuckDb(Engine):
    """Chunk by chunk within this process: memory does not grow with the rows."""

    dialect = "duckdb"

    def run(self, query: Query, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        connection = self._connected()
        for table in tables:
            yield self._decided(connection, query, table).sort_by(RECORD)

    def _decided(self, connection: DuckDBPyConnection, query: Query, table: pa.Table) -> pa.Table:
        import duckdb

        try:
            connection.register(CASES, table)
            found: pa.Table = connection.sql(query.text).to_arrow_table()
            connection.unregister(CASES)
            return found
        except duckdb.OutOfMemoryException:
            raise QuestionError(
                Problem(f"{self.memory} is too little for this table", "--memory", "give more")
            ) from None
        except RuntimeError as error:  # what an interruption becomes while it computes
            if "interrupted" in str(error).lower():
                raise KeyboardInterrupt from None
            raise

    def _connected(self) -> DuckDBPyConnection:
        import duckdb

        if not self._begun():
            config: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": self.memory,
                "temp_directory": str(self.folder),
                "threads": self.threads,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "preserve_insertion_order": "false",
            }
            self._connection = duckdb.connect(":memory:", config=config)
            self._stack.callback(self._connection.close)
        return self._connection


class Spark(Engine):
    """The same on a cluster. Rows are laid down as Parquet in ``shared``, which all its machines must see."""

    dialect = "spark"

    def __init__(
        self,
        master: str | None = None,
        memory: str | None = None,
        threads: int | None = None,
        shared: Path | None = None,
        session: Any = None,
    ) -> None:
        super().__init__(memory, threads)
        self.master = master or LOCAL_MASTER
        self.shared = shared.absolute() if shared is not None else None
        self._session = session

    def run(self, query: Query, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        if not self._begun() and self._session is None:
            self._session = _spark(self.master, self.memory)
            self._stack.callback(self._session.stop)
        rows, found = self.folder / "rows", self.folder / "found"
        rows.mkdir()
        empty = True
        for number, table in enumerate(tables):
            pyarrow.parquet.write_table(table, rows / f"part-{number:05}.parquet")
            empty = False
        if empty:
            return
        self._session.read.parquet(rows.as_uri()).createOrReplaceTempView(CASES)
        self._session.sql(query.text).orderBy(RECORD).write.parquet(found.as_uri())
        for part in sorted(found.glob("part-*.parquet")):
            with pyarrow.parquet.ParquetFile(part) as file:
                yield from (pa.Table.from_batches([batch]) for batch in file.iter_batches(200_000))


def _spark(master: str, memory: str) -> Any:
    try:
        from py4j.protocol import Py4JError, Py4JJavaError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        hint = "it comes with: pip install 'payerlogic[spark]'"
        raise QuestionError(Problem("the package pyspark is not installed", "--engine spark", hint)) from None
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": memory.lower().removesuffix("b"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.parquet.compression.codec": "zstd",
    }
    if master.startswith("local"):  # nobody from outside has to reach it
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    try:
        builder = SparkSession.builder.master(master).appName("payerlogic")
        for name, value in settings.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        return session
    except (PySparkException, Py4JError, RuntimeError, OSError) as error:
        hint = "Spark needs Java 17 or newer, and a master such as local[2] or spark://host:7077"
        reason = error.java_exception.getMessage() if isinstance(error, Py4JJavaError) else error
        why = (str(reason).strip().splitlines() or ["no reason given"])[0][:200]
        raise QuestionError(Problem(f"Spark does not start ({why})", f"--master {master}", hint)) from None


def memory_size(written: str) -> str:
    """A size as DuckDB takes it. QuestionError for what is none.

    >>> memory_size("512 mb")
    '512MB'
    """
    found = re.fullmatch(r"([0-9]{1,6}(?:[.][0-9]{1,6})?)\s*(MB|GB|TB)", written.strip().upper())
    if found is None:
        raise QuestionError(Problem(f"{shown(written)} is not a size", "--memory", "it takes one such as 512MB or 2GB"))
    if float(found[1]) * {"MB": 1, "GB": 1000, "TB": 1_000_000}[found[2]] < LEAST_MEMORY:
        raise QuestionError(
            Problem(f"{shown(written)} is too little", "--memory", f"it takes {LEAST_MEMORY}MB or more")
        )
    return f"{found[1]}{found[2]}"


def thread_count(number: int) -> int:
    """A number of threads. QuestionError for one that no computer has."""
    if not 1 <= number <= MOST_THREADS:
        raise QuestionError(Problem(f"{shown(number)} is no number of threads", "--threads", f"1 to {MOST_THREADS}"))
    return number


def check_engine(name: str) -> str:
    """An engine by its name. QuestionError if there is none of that name."""
    if name.lower() not in ENGINES:
        raise QuestionError(Problem(f"unknown engine {name!r}", "--engine", nearest(name, ENGINES)))
    return name.lower()


Progress = Callable[[float, int], None]
