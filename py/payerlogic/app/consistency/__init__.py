"""The Consistency page."""

from payerlogic.app.consistency.page import show

__all__ = ["show"]
