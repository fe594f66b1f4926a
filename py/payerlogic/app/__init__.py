"""The page of ``make run``: one case, every payer's determination side by side, and why.

Each module shows one part of the page and says what that part needs; ``answers`` is the only one that
asks the knowledge base. No payer, clause or attribute is named here: a file more under ``kb/policies/``
is a column more on the page.
"""

from payerlogic.app.page import show_page

__all__ = ["show_page"]
