"""The Consistency page."""

from payerlogic.app.pages.consistency.page import show

__all__ = ["show"]
