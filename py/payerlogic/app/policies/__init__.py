"""The Policies page."""

from payerlogic.app.policies.page import show

__all__ = ["show"]
