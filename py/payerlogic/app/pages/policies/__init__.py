"""The Policies page."""

from payerlogic.app.pages.policies.page import show

__all__ = ["show"]
