"""Which tests belong to which tier.

``make check`` runs the tests of the lowest rooms. ``make test`` runs all but the slow ones: of each family below it
keeps a sample, evenly spread over the family's parameters, so that what it asserts stays the same and only how often
is less. ``make test-all`` runs the rest too. Tests marked ``long`` (hours) are run by ``make test-long``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SAMPLED: Mapping[str, int] = {
    # A real browser: every page, width and theme in the full tier, one of each in the short one.
    "tests/app/test_accessibility.py::test_axe_finds_nothing": 4,
    "tests/app/test_accessibility.py::test_axe_finds_nothing_in_a_section_of_the_case": 2,
    "tests/app/test_accessibility.py::test_a_page_has_one_first_heading_and_none_skips_a_level": 2,
    "tests/app/test_policy_pages_browser.py": 1,
    "tests/app/test_policy_pages_browser.py::test_axe_finds_nothing": 1,
    "tests/app/test_browser.py": 1,
    "tests/app/test_browser.py::test_two_people_at_once_see_each_their_own_case": 1,
    "tests/app/test_graph_browser.py": 1,
    "tests/app/test_hostile.py": 2,
    "tests/app/test_privacy.py": 2,
    "tests/app/test_compare_page.py": 2,
    "tests/app/test_addresses.py::test_no_address_breaks_a_page": 15,
    "tests/documents/test_browser.py": 1,
    # Whole products of cases, and long random runs, in SQL, Spark and clingo.
    "tests/sql/test_exact.py::test_product": 1,
    "tests/sql/test_exact.py::test_third_payer": 0,
    "tests/sql/test_exact.py::test_unrecorded": 0,
    "tests/sql/test_exact.py::test_random": 0,
    "tests/sql/test_exact.py::test_impossible": 0,
    "tests/sql/test_dialects.py::test_in_their_words": 1,
    "tests/sql/test_dialects.py::test_parses": 2,
    "tests/sql/test_dialects.py::test_cluster": 0,
    "tests/sql/test_dialects.py::test_settled": 0,
    "tests/sql/test_values.py::test_what_is_outside_of_the_vocabulary": 1,
    "tests/tables/test_spark.py::test_both_engines_write_the_same": 1,
    "tests/tables/test_as_decide.py": 4,
    "tests/tables/test_as_decide.py::test_random_cases": 1,
    "tests/tables/test_as_decide.py::test_quotes_of_every_kind": 1,
    "tests/tables/test_order.py": 3,
    "tests/tables/test_premises.py": 1,
    "tests/tables/test_run.py::test_threads_and_chunks_do_not_matter": 1,
    "tests/tables/impact/test_impact.py::test_it_counts_what_deciding_each_case_counts": 1,
    "tests/answers/test_decide_differential.py": 2,
    "tests/answers/test_decide_differential.py::test_possible": 0,
    "tests/answers/test_decide_differential.py::test_partial_cases": 1,
    "tests/answers/test_contrast.py::test_what_unites_is_what_brute_force_finds": 0,
    "tests/answers/test_order.py": 1,
    "tests/comparison/test_partition.py::test_core_sample": 1,
    "tests/comparison/test_partition.py::test_core_by_site": 0,
    "tests/consistency/test_parts.py": 1,
    "tests/consistency/test_real.py": 2,
    "tests/policies/test_mutation.py::test_equivalent_as_listed": 4,
    "tests/policies/test_mutation.py::test_not_equivalent_as_listed": 2,
    "tests/policies/test_mutation.py::test_sample": 1,
    "tests/runtime/test_turns.py::test_diagrams_grow_in_turn_only": 6,
    "tests/cli/test_edges.py::test_a_terminal_obeys_no_document": 2,
    "tests/cli/test_edges.py::test_closed_streams": 2,
    "tests/cli/test_bad_input.py::test_ten_megabytes_of_nonsense_are_one_short_error": 14,
    "tests/cli/test_check.py::test_a_baseline_accepts_what_it_has": 0,
    "tests/documents/test_sarif.py::test_fingerprints_are_unique_and_survive_a_change_of_the_file": 0,
    "tests/program/test_lint.py::test_bad": 30,
    "tests/program/test_lint.py::test_kinds": 100,
    "tests/program/test_random_policies.py": 1,
    # Single tests that take long, and of which a shorter one has the same subject in the short tier.
    "tests/tables/test_premises.py::test_files_that_lack_a_column_are_named": 0,
    "tests/tables/test_premises.py::test_impact_counts_what_depends_on_a_presumption": 0,
    "tests/tables/test_as_decide.py::test_every_spelling": 0,
    "tests/tables/test_run.py::test_an_interrupted_command_leaves_nothing": 1,
    "tests/app/test_consistency_page.py::test_only_as_the_texts_are_read_now": 0,
    "tests/app/test_policy_pages_browser.py::test_findings_are_filtered": 0,
    "tests/app/test_policy_pages_browser.py::test_the_downloads_of_a_comparison": 0,
    "tests/app/test_policy_pages_browser.py::test_a_reading_switched_here_is_switched_on_every_page": 0,
    "tests/app/test_policy_pages_browser.py::test_own_cases_are_counted_and_what_is_wrong_is_told": 0,
    "tests/app/test_policy_pages_browser.py::test_a_relation_is_filtered_everywhere": 0,
    "tests/app/test_policy_pages_browser.py::test_a_file_that_is_none_is_refused": 0,
    "tests/app/test_graph_browser.py::test_axe_finds_nothing_in_the_whole_graph_with_a_rule_opened": 0,
    "tests/app/test_browser.py::test_a_link_restores_the_whole_page": 0,
    "tests/app/test_hostile.py::test_every_field_for_text": 0,
    "tests/app/test_hostile.py::test_a_hostile_knowledge_base": 1,
    "tests/app/test_exports.py::test_one_payer_and_what_would_change_it": 0,
    "tests/app/test_exports.py::test_the_link_restores_facts_readings_and_section": 0,
    "tests/app/test_case.py::test_what_cannot_be_used_of_an_address_is_told_and_left_out": 5,
    "tests/app/test_case.py::test_text_that_is_no_case_is_refused_with_its_place_and_the_case_stays": 3,
    "tests/answers/test_contrast.py::test_relations_of_clauses": 0,
    "tests/answers/test_standing.py::test_no_value_of_what_no_longer_matters_changes_any_answer": 1,
    "tests/answers/test_whynot.py::test_nothing_is_missing": 0,
    "tests/answers/test_decide_differential.py::test_open_cases": 0,
    "tests/comparison/test_shifts.py::test_balance": 0,
    "tests/consistency/test_real.py::test_redundant": 1,
    "tests/cli/test_check.py::test_sarif_is_sorted_and_stable": 0,
    "tests/cli/test_check.py::test_given_readings_leave_fewer_findings": 0,
    "tests/cli/test_compare.py::test_two_runs_are_the_same_to_the_byte": 0,
    "tests/runtime/test_optimized.py::test_the_same_answers_without_assertions": 0,
    "tests/runtime/test_turns.py::test_comparing_and_reporting_in_threads": 0,
    "tests/semantics/test_presumed_values.py::test_the_order_of_records_never_matters": 5,
    "tests/sql/test_exact.py::test_order": 0,
    "tests/documents/test_sarif.py": 4,
    "tests/documents/test_rationale.py::test_every_example_has_the_same_words_in_every_format": 3,
}
"""A file, or a test in it: how many of the test's parameters the short tier keeps. A test goes before its file."""


def sampled(ids: Sequence[str]) -> frozenset[str]:
    """Of the node ids of all tests, those that the short tier leaves out.

    >>> sorted(sampled([f"tests/documents/test_browser.py::test_a[{n}]" for n in range(3)]))
    ['tests/documents/test_browser.py::test_a[1]', 'tests/documents/test_browser.py::test_a[2]']
    """
    families: dict[str, list[str]] = {}
    for each in ids:
        families.setdefault(each.partition("[")[0], []).append(each)
    left_out: set[str] = set()
    for family, members in families.items():
        kept = SAMPLED.get(family, SAMPLED.get(family.partition("::")[0]))
        if kept is None or kept >= len(members):
            continue
        ordered = sorted(members)
        chosen = {ordered[number * len(ordered) // kept] for number in range(kept)}
        left_out |= set(ordered) - chosen
    return frozenset(left_out)
