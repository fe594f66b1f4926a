"""The Compare page."""

from payerlogic.app.compare.page import show

__all__ = ["show"]
