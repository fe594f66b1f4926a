"""Which tests belong to which tier, and what each tier leaves out.

- ``make check``, for every commit: style, types, floors, and the unit tests of text, diagrams, cases, the program and
  the semantics. It leaves out all that decides, compares, draws, serves or reads tables.
- ``make test``: all but the slow tests. A test over random cases takes a few of them (``amounts``). Of each family in
  ``SAMPLED`` it keeps a sample, evenly spread over the family's parameters, so that what a test asserts stays the same
  and only how often is less. CONTRIBUTING.md says in words what it leaves out.
- ``make test-slow``: exactly what ``make test`` leaves out. ``make test-all`` runs both, so nothing runs twice.
- ``make test-long``: tests marked ``long`` (more seeds, fuzzing, interrupts, memory), hours in all; neither of the
  above runs them.

A key of ``SAMPLED`` with 0 is left to the full tier alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

SAMPLED: Mapping[str, int] = {
    # Long differential runs against brute force and clingo.
    "tests/answers/test_contrast.py::test_relations_of_clauses": 0,
    "tests/answers/test_contrast.py::test_what_unites_is_what_brute_force_finds": 0,
    "tests/answers/test_decide_differential.py": 2,
    "tests/answers/test_decide_differential.py::test_one_model": 0,
    "tests/answers/test_decide_differential.py::test_open_cases": 0,
    "tests/answers/test_decide_differential.py::test_partial_cases": 1,
    "tests/answers/test_decide_differential.py::test_possible": 0,
    "tests/answers/test_decide_differential.py::test_tied_facts": 1,
    "tests/answers/test_order.py": 1,
    "tests/answers/test_relevance.py::test_what_can_and_what_cannot_change_an_answer": 1,
    "tests/answers/test_robustness.py::test_there_are_all_sorts": 0,
    "tests/answers/test_standing.py::test_no_value_of_what_no_longer_matters_changes_any_answer": 0,
    "tests/answers/test_whynot.py::test_nothing_is_missing": 0,
    "tests/answers/test_whynot.py::test_the_questions_are_of_all_sorts": 0,
    # The app: every page, width and theme in a real browser; hostile text in every field; every download.
    "tests/app/test_accessibility.py::test_a_page_has_one_first_heading_and_none_skips_a_level": 0,
    "tests/app/test_accessibility.py::test_axe_finds_nothing": 1,
    "tests/app/test_accessibility.py::test_axe_finds_nothing_in_a_section_of_the_case": 0,
    "tests/app/test_addresses.py::test_no_address_breaks_a_page": 6,
    "tests/app/test_addresses.py::test_no_pasted_text_breaks_the_page": 4,
    "tests/app/test_batch.py::test_results_are_shown_and_cleared": 0,
    "tests/app/test_browser.py": 1,
    "tests/app/test_browser.py::test_a_link_restores_the_whole_page": 0,
    "tests/app/test_browser.py::test_a_reading_can_be_switched_and_its_list_stays_open": 0,
    "tests/app/test_browser.py::test_files_are_uploaded_and_what_is_wrong_with_one_is_told": 0,
    "tests/app/test_browser.py::test_the_browsers_back_undoes_a_change": 0,
    "tests/app/test_browser.py::test_the_verdicts_stay_in_view_however_far_one_scrolls": 0,
    "tests/app/test_browser.py::test_two_people_at_once_see_each_their_own_case": 0,
    "tests/app/test_browser.py::test_what_is_typed_finds_a_value_and_what_cannot_be_read_is_corrected_by_a_click": 0,
    "tests/app/test_browser.py::test_why_one_denies_what_the_other_approves_and_what_unites_them": 0,
    "tests/app/test_case.py::test_text_that_is_no_case_is_refused_with_its_place_and_the_case_stays": 3,
    "tests/app/test_case.py::test_what_cannot_be_used_of_an_address_is_told_and_left_out": 2,
    "tests/app/test_compare_page.py": 2,
    "tests/app/test_compare_page.py::test_a_region_loads_its_witness": 0,
    "tests/app/test_compare_page.py::test_a_relation_filters_the_regions": 0,
    "tests/app/test_compare_page.py::test_a_third_payer_is_compared": 0,
    "tests/app/test_compare_page.py::test_readings_of_another_policy_go_with_it": 0,
    "tests/app/test_compare_page.py::test_readings_of_either_side_go_with_a_case": 0,
    "tests/app/test_compare_page.py::test_readings_that_move_nothing_say_so": 0,
    "tests/app/test_compare_page.py::test_the_summary_is_that_of_the_report": 0,
    "tests/app/test_consistency_page.py::test_only_as_the_texts_are_read_now": 0,
    "tests/app/test_exports.py::test_one_payer_and_what_would_change_it": 0,
    "tests/app/test_exports.py::test_the_case_can_be_read_again_and_decides_the_same": 0,
    "tests/app/test_exports.py::test_the_graph_is_a_picture_in_the_view_that_is_shown": 0,
    "tests/app/test_exports.py::test_the_link_restores_facts_readings_and_section": 0,
    "tests/app/test_exports.py::test_the_rationale_is_the_same_in_word_pdf_and_markdown": 0,
    "tests/app/test_graph.py::test_a_hostile_address_opens_and_folds_nothing": 2,
    "tests/app/test_graph_browser.py": 1,
    "tests/app/test_graph_browser.py::test_a_folded_branch_is_opened_and_folded_in_the_picture": 0,
    "tests/app/test_graph_browser.py::test_a_reason_in_an_opened_rule_leads_to_its_own": 0,
    "tests/app/test_graph_browser.py::test_a_walk_by_keys": 0,
    "tests/app/test_graph_browser.py::test_an_address_opens_a_rule_and_a_fold": 0,
    "tests/app/test_graph_browser.py::test_axe_finds_nothing_in_the_whole_graph_with_a_rule_opened": 0,
    "tests/app/test_graph_browser.py::test_keys_fold_and_unfold": 0,
    "tests/app/test_graph_browser.py::test_tab_reaches_the_picture_once_and_goes_on": 0,
    "tests/app/test_graph_browser.py::test_the_dark_theme_has_no_white_box": 0,
    "tests/app/test_graph_browser.py::test_the_outline_is_walked_by_keys": 0,
    "tests/app/test_graph_browser.py::test_the_picture_is_dragged_and_that_opens_nothing": 0,
    "tests/app/test_graph_browser.py::test_the_picture_is_zoomed_by_buttons_keys_and_wheel": 0,
    "tests/app/test_graph_browser.py::test_the_picture_starts_at_its_root_with_text_that_can_be_read": 0,
    "tests/app/test_graph_browser.py::test_views_are_chosen": 0,
    "tests/app/test_graph_browser.py::test_what_a_node_rests_on_and_serves_is_marked": 0,
    "tests/app/test_hostile.py": 1,
    "tests/app/test_hostile.py::test_what_an_address_says_was_typed_in_a_list": 0,
    "tests/app/test_hostile.py::test_a_hostile_knowledge_base": 1,
    "tests/app/test_hostile.py::test_a_pasted_text": 0,
    "tests/app/test_hostile.py::test_an_address_as_long_as_a_server_takes": 0,
    "tests/app/test_hostile.py::test_an_uploaded_file_is_told_in_words_and_soon": 0,
    "tests/app/test_hostile.py::test_every_field_for_text": 0,
    "tests/app/test_hostile.py::test_every_parameter_of_every_page": 0,
    "tests/app/test_hostile.py::test_fifty_megabytes_are_refused_with_a_message": 0,
    "tests/app/test_network.py::test_a_page_of_another_site_gets_no_session": 6,
    "tests/app/test_policies_page.py::test_a_search_for_nothing": 2,
    "tests/app/test_policies_page.py::test_the_register_switches_the_readings_of_every_page": 0,
    "tests/app/test_policy_pages_browser.py": 0,
    "tests/app/test_policy_pages_browser.py::test_a_file_that_is_none_is_refused": 0,
    "tests/app/test_policy_pages_browser.py::test_a_finding_is_opened_drawn_and_loaded": 0,
    "tests/app/test_policy_pages_browser.py::test_a_link_restores_the_page": 0,
    "tests/app/test_policy_pages_browser.py::test_a_reading_switched_here_is_switched_on_every_page": 0,
    "tests/app/test_policy_pages_browser.py::test_a_relation_is_filtered_everywhere": 0,
    "tests/app/test_policy_pages_browser.py::test_an_address_restores_parties_filter_cell_and_readings": 0,
    "tests/app/test_policy_pages_browser.py::test_axe_finds_nothing": 0,
    "tests/app/test_policy_pages_browser.py::test_findings_are_filtered": 0,
    "tests/app/test_policy_pages_browser.py::test_own_cases_are_counted_and_what_is_wrong_is_told": 0,
    "tests/app/test_policy_pages_browser.py::test_the_downloads_of_a_check": 0,
    "tests/app/test_policy_pages_browser.py::test_the_downloads_of_a_comparison": 0,
    "tests/app/test_policy_pages_browser.py::test_the_downloads_of_a_policy": 0,
    "tests/app/test_policy_pages_browser.py::test_the_matrix_by_keys": 0,
    "tests/app/test_policy_pages_browser.py::test_what_a_reading_changes_is_a_comparison_of_the_policy_with_itself": 0,
    "tests/app/test_policy_pages_browser.py::test_what_is_searched_is_found_and_opened": 0,
    "tests/app/test_policy_pages_hostile.py": 1,
    "tests/app/test_policy_pages_hostile.py::test_consistency": 0,
    "tests/app/test_premises.py::test_a_comparison_of_a_table_says_how_each_side_was_decided": 0,
    "tests/app/test_premises.py::test_a_denial_says_first_what_the_payer_is_presumed_to_find": 0,
    "tests/app/test_premises.py::test_beside_the_changes_stands_what_they_rest_on": 3,
    "tests/app/test_premises.py::test_what_was_written_stays_beside_what_it_was_read_as": 2,
    "tests/app/test_privacy.py": 1,
    "tests/app/test_privacy.py::test_what_is_wrong_with_an_address_is_told_to_the_person_and_not_to_the_log": 0,
    # The same subject once more in another format, or a command that takes long.
    "tests/cli/test_bad_input.py::test_ten_megabytes_of_nonsense_are_one_short_error": 14,
    "tests/cli/test_check.py::test_a_baseline_accepts_what_it_has": 0,
    "tests/cli/test_check.py::test_given_readings_leave_fewer_findings": 0,
    "tests/cli/test_check.py::test_people_read_groups_with_citations_readings_and_examples": 0,
    "tests/cli/test_check.py::test_sarif_is_sorted_and_stable": 0,
    "tests/cli/test_check.py::test_what_cannot_be_checked": 2,
    "tests/cli/test_compare.py::test_what_cannot_be_compared": 3,
    "tests/cli/test_edges.py::test_a_file_is_whole_when_standard_output_is_closed": 0,
    "tests/cli/test_edges.py::test_a_file_name_that_is_not_utf8": 0,
    "tests/cli/test_edges.py::test_a_terminal_obeys_no_document": 1,
    "tests/cli/test_edges.py::test_an_id_survives_as_it_is": 6,
    "tests/cli/test_edges.py::test_closed_streams": 1,
    "tests/cli/test_explain.py::test_a_picture_is_not_printed_on_a_terminal": 1,
    "tests/cli/test_explain.py::test_each_format_goes_to_standard_output_or_a_file": 4,
    "tests/cli/test_imports.py::test_a_command_loads_only_what_it_needs": 8,
    "tests/cli/test_rationale.py::test_a_payer_a_reading_and_an_outcome_can_be_chosen": 0,
    # Every cell of the shipped payers, and every edition.
    "tests/comparison/test_editions.py::test_days_and_presumptions_of_each_side": 4,
    "tests/comparison/test_partition.py::test_canonical": 0,
    "tests/comparison/test_partition.py::test_core_by_site": 0,
    "tests/comparison/test_partition.py::test_core_sample": 0,
    "tests/comparison/test_partition.py::test_hash_seed": 0,
    "tests/comparison/test_partition.py::test_versions": 0,
    "tests/comparison/test_partition.py::test_wrong_boxes": 2,
    "tests/comparison/test_revisions.py::test_days_of_revision": 4,
    "tests/comparison/test_shifts.py::test_balance": 0,
    # Every finding computed anew in a second way.
    "tests/consistency/test_parts.py": 1,
    "tests/consistency/test_real.py": 2,
    "tests/consistency/test_real.py::test_given_readings": 1,
    "tests/consistency/test_real.py::test_redundant": 1,
    # Every example and report in every format.
    "tests/documents/test_browser.py": 0,
    "tests/documents/test_formats.py::test_two_runs_give_the_same_bytes": 1,
    "tests/documents/test_rationale.py::test_every_example_has_the_same_words_in_every_format": 1,
    "tests/documents/test_sarif.py": 4,
    "tests/documents/test_sarif.py::test_fingerprints_are_unique_and_survive_a_change_of_the_file": 0,
    "tests/documents/test_sarif.py::test_the_log_is_valid_by_the_official_schema": 1,
    "tests/documents/test_sarif.py::test_the_schema_refuses_what_is_wrong": 0,
    # Mutations of the shipped policies.
    "tests/policies/test_mutation.py::test_equivalent_as_listed": 2,
    "tests/policies/test_mutation.py::test_not_equivalent_as_listed": 0,
    "tests/policies/test_mutation.py::test_sample": 0,
    # Every kind of mistake in a file; random policies.
    "tests/program/test_lint.py::test_bad": 6,
    "tests/program/test_lint.py::test_kinds": 24,
    "tests/program/test_random_policies.py": 1,
    "tests/program/test_random_policies.py::test_pairs": 0,
    "tests/program/test_rule_order.py::test_order_changes_no_determination": 1,
    # Threads and processes.
    "tests/runtime/test_memory.py::test_forgetting_changes_no_answer": 0,
    "tests/runtime/test_optimized.py::test_the_same_answers_without_assertions": 0,
    "tests/runtime/test_turns.py::test_a_child_answers_though_another_thread_was_asking": 0,
    "tests/runtime/test_turns.py::test_comparing_and_reporting_in_threads": 0,
    "tests/runtime/test_turns.py::test_diagrams_grow_in_turn_only": 2,
    # Every order.
    "tests/semantics/test_presumed_values.py::test_the_order_of_records_never_matters": 2,
    # Whole products of cases and long random runs, in every dialect.
    "tests/sql/test_dialects.py::test_cluster": 0,
    "tests/sql/test_dialects.py::test_in_their_words": 0,
    "tests/sql/test_dialects.py::test_parses": 2,
    "tests/sql/test_dialects.py::test_settled": 0,
    "tests/sql/test_exact.py::test_impossible": 0,
    "tests/sql/test_exact.py::test_order": 0,
    "tests/sql/test_exact.py::test_product": 1,
    "tests/sql/test_exact.py::test_random": 0,
    "tests/sql/test_exact.py::test_third_payer": 0,
    "tests/sql/test_exact.py::test_unrecorded": 0,
    "tests/sql/test_values.py::test_what_is_outside_of_the_vocabulary": 0,
    # Tables: every format, order and engine; both engines of Spark.
    "tests/tables/impact/test_impact.py::test_it_counts_what_deciding_each_case_counts": 1,
    "tests/tables/test_as_decide.py": 2,
    "tests/tables/test_as_decide.py::test_every_spelling": 0,
    "tests/tables/test_as_decide.py::test_quotes_of_every_kind": 0,
    "tests/tables/test_as_decide.py::test_random_cases": 0,
    "tests/tables/test_order.py": 1,
    "tests/tables/test_premises.py": 1,
    "tests/tables/test_premises.py::test_files_that_lack_a_column_are_named": 0,
    "tests/tables/test_premises.py::test_impact_counts_what_depends_on_a_presumption": 0,
    "tests/tables/test_run.py::test_an_interrupted_command_leaves_nothing": 0,
    "tests/tables/test_run.py::test_bad_input": 12,
    "tests/tables/test_run.py::test_more_rows_than_memory_holds": 0,
    "tests/tables/test_run.py::test_threads_and_chunks_do_not_matter": 0,
    "tests/tables/test_third_payer.py::test_a_table_at_three_payers": 0,
}
"""A file, or a test in it: how many of the test's parameters the short tier keeps. A test goes before its file."""


def amounts(few: int, many: int) -> list[Any]:
    """How many random cases a test takes: a few in the short tier, many in the full one.

    >>> [(each.id, each.values) for each in amounts(20, 200)]
    [('few', (20,)), ('many', (200,))]
    """
    return [pytest.param(few, id="few"), pytest.param(many, id="many", marks=pytest.mark.slow)]


def sampled(ids: Sequence[str]) -> frozenset[str]:
    """Of the node ids of all tests, those that the short tier leaves out.

    >>> sorted(sampled([f"tests/tables/test_order.py::test_a[{n}]" for n in range(3)]))
    ['tests/tables/test_order.py::test_a[1]', 'tests/tables/test_order.py::test_a[2]']
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
