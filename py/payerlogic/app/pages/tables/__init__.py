"""The Batch page: a table is uploaded, mapped, decided and looked at, and what came out is downloaded.

``run`` works in a temporary folder that is deleted at once; what it gives stays in the memory of this session
until another table is run or the results are cleared.
"""

from payerlogic.app.pages.tables.page import show

__all__ = ["show"]
