"""Pictures of graphs and counts: Graphviz, Mermaid, charts.

What lives here: drawing. What may not: what a graph says.
"""
