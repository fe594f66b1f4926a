"""The app of ``make run``: explore a case, compare the payers, check a policy.

The shell is ``page``; each page is a package with ``show(context)``. The state of every page lives in the
address (``state``); ``answers`` keeps what the knowledge base was asked. No payer, clause or attribute is named
here: a file more under ``kb/policies/`` is a column more on every page.
"""

from payerlogic.app.main import show_app

__all__ = ["show_app"]
