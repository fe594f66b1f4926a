"""The page for drafts: a policy is edited as text, checked, and compared with the policy as it is saved.

INVARIANT: a draft is nowhere saved on the server. The browser's tab keeps it; the server has it while it is checked,
in this session's memory and in a process of its own that is stopped when it takes too long.
"""

from payerlogic.app.pages.drafts.page import show

__all__ = ["show"]
