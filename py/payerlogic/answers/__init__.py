"""Questions about one case: the determination, why, why not, what to ask next, reasons, robustness, contrast.

What lives here: searches over a Model, and their answers as plain data. What may not: sentences, pages, pictures.
"""
