"""Why a determination holds: its derivation graph as a picture and an outline, and the rule behind any node.

``show_graph`` shows it on a page; ``explanation_in_view`` is what it shows, for those who write it to a file.
"""

from payerlogic.app.derivation_graph.show import explanation_in_view, show_graph

__all__ = ["explanation_in_view", "show_graph"]
