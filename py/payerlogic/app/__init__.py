"""The app of ``make run``: explore a case, compare the payers, check a policy.

``main`` is the shell; each page is a folder of ``pages`` with ``show(context)``. The state of every page lives in the
address (``url_state``); ``cache`` keeps what the knowledge base was asked. No payer, clause or attribute is named
here: a file more under ``kb/policies/`` is a column more on every page.
"""

from payerlogic.app.main import show_app

__all__ = ["show_app"]
