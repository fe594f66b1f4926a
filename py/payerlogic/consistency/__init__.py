"""One policy over every case: conflicts, gaps, dead and redundant text, vagueness, each with its proof.

What lives here: searches for findings, and the findings. What may not: comparisons of policies, reports.
"""
