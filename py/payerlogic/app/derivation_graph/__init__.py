"""Why a determination holds: its derivation graph as a picture and an outline, and the rule behind any node.

``show_graph`` shows it on a page, with the node that ``lead_to`` led to; ``explanation_in_view`` is what it shows, for
those who write it to a file. Other pictures of derivations take their ``colors`` from here.
"""

from payerlogic.app.derivation_graph.component import colors
from payerlogic.app.derivation_graph.show import NODE, explanation_in_view, lead_to, show_graph

__all__ = ["NODE", "colors", "explanation_in_view", "lead_to", "show_graph"]
