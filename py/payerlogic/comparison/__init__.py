"""Two policies, or two editions, over every case: where they disagree, proved.

What lives here: partitions of the case space, conflicts, effects of readings and revisions. What may not: one policy's
consistency, reports.
"""
