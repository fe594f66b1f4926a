"""The smallest edits of a policy that end a finding, or after which it never refuses what another one approves.

What lives here: which edits are declared, how they change the text, and the search. What may not: words, reports.
"""
