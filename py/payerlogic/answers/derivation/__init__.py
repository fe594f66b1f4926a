"""Why a class holds or fails: the AND/OR graph from the determination to the facts (networkx lives here).

What lives here: the graph, its nodes and what stands behind them. What may not: drawing, sentences.
"""
