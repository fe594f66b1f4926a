"""The Compare page."""

from payerlogic.app.pages.compare.page import show

__all__ = ["show"]
