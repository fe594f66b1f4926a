"""The Case page: one case, every payer's determination side by side, why, and what would change it."""

from payerlogic.app.pages.case.page import show

__all__ = ["show"]
