"""What tests share: stored and random cases, proofs by clingo, and answers by sheer enumeration."""
