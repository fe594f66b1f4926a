"""Citations that open: a link wherever the app cites a policy, and one drawer for all pages that shows what is cited.

A page that cites calls ``link(kb, citation)`` with the text of a citation and puts the HTML where the text stood, in
``st.html`` or in a component; nothing else is to be done, for the shell of the app (``main``) shows the drawer.
"""

from payerlogic.app.citations.drawer import show_drawer
from payerlogic.app.citations.links import link

__all__ = ["link", "show_drawer"]
