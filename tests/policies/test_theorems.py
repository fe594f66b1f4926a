"""What holds of every case under every choice of readings, proved by clingo (see ``support.proofs``).

==============================================  =====================================================
``test_exactly_one_class``                      a policy is never silent, and never of two minds
``test_no_contradiction``                       no case on which clauses of two classes stand
``test_precedence_*``                           who prevails is settled wherever two are met
``test_second_reading_agrees``                  the knowledge base and an independent list decide alike
``test_order_of_decision``                      the sentences that say who goes first
``test_sentence``                               the sentences on single clauses and readings
``test_reachable_classes``                      which classes a policy can give at all
``test_presumptions_can_be_made``               no stated facts make what is presumed impossible
``test_*_never_*``                              what does not depend on what
==============================================  =====================================================

Each proof of "whenever A, then B" comes with a proof that A happens, so that none holds emptily.
"""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from payerlogic import KnowledgeBase
from tests.support.proofs import SECOND, control, counterexample, happens

NIA = "nia"
BCBSAZ = "bcbsaz"


def test_the_case_space_is_not_empty() -> None:
    """Without a violation to look for there are cases; otherwise every proof would hold emptily."""
    assert counterexample("violation.") is not None


@pytest.mark.parametrize("policy", [NIA, BCBSAZ])
def test_exactly_one_class(policy: str) -> None:
    """The theorem of the knowledge base: one class for every complete case under one choice of readings."""
    assert counterexample(f"violation :- #count {{ K : determination({policy}, K) }} != 1.") is None


@pytest.mark.parametrize("policy", [NIA, BCBSAZ])
def test_no_contradiction(policy: str) -> None:
    """Two standing clauses of different classes would be a class of their own; no case of these policies has it."""
    assert counterexample(f"violation :- determination({policy}, contradiction).") is None
    assert counterexample(f"violation :- contradiction({policy}).") is None


def test_exactly_one_outcome() -> None:
    outcomes = "outcome_of(P, O) :- determination(P, K), class(_, K, O, _)."
    violation = "violation :- policy(P, _, _, _, _), #count { O : outcome_of(P, O) } != 1."
    assert counterexample(f"{outcomes}\n{violation}") is None


def test_precedence_is_transitive_wherever_all_are_met() -> None:
    """Defeat rests on what is met, not on what stands; that is sound only if precedence is transitive."""
    assert happens("prevails(P, A, B), prevails(P, B, C), met(P, A), met(P, B), met(P, C)")
    violation = "prevails(P, A, B), prevails(P, B, C), met(P, A), met(P, B), met(P, C), not prevails(P, A, C)"
    assert counterexample(f"violation :- {violation}.") is None


def test_precedence_has_no_cycle_wherever_all_are_met() -> None:
    assert counterexample("violation :- prevails(P, A, B), prevails(P, B, A), met(P, A), met(P, B).") is None
    assert counterexample("violation :- prevails(P, A, A).") is None


def test_precedence_leaves_something_standing() -> None:
    assert counterexample("violation :- met(P, C), clause(P, C, _), not stands(P, D) : clause(P, D, _).") is None


def test_precedence_leaves_clauses_of_one_class_only() -> None:
    two = "stands(P, C), stands(P, D), concludes(P, C, K), concludes(P, D, L), K != L"
    assert counterexample(f"violation :- {two}.") is None


# --- A second reading ---------------------------------------------------------------------------------


def second_reading(extra: str) -> list[str] | None:
    return counterexample(extra, sorted(SECOND.glob("*.lp")))


def test_second_reading_agrees() -> None:
    """The clauses of ``kb/`` and the ordered lists of ``second_reading/`` give the same class, always."""
    assert second_reading("") is None


@pytest.mark.parametrize(
    ("policy", "line"), [*((NIA, line) for line in range(1, 14)), *((BCBSAZ, line) for line in range(1, 9))]
)
def test_every_line_of_the_second_reading_decides_some_case(policy: str, line: int) -> None:
    asked = control(f":- not decides({policy}, {line}).\n#defined violation/0.", sorted(SECOND.glob("*.lp")))
    assert asked.solve().satisfiable


# --- The order of decision ----------------------------------------------------------------------------

# (sentence, given, then). "here" is a cancer past NIA's gates that no site guideline decides (see proofs).
ORDER = [
    ("NIA: not in force decides first", "not in_force(nia)", "determination(nia, not_in_force)"),
    (
        "NIA: then whether it is intraoperative radiotherapy",
        "in_force(nia), case(service_is_iort, false)",
        "determination(nia, out_of_scope)",
    ),
    (
        "NIA: then the codes, if the list is limiting",
        "in_force(nia), case(service_is_iort, true), not listed_code(nia), reading(nia_code_list, limiting)",
        "determination(nia, code_not_listed)",
    ),
    (
        "NIA: then the documentation",
        "in_force(nia), case(service_is_iort, true), listed_code(nia), case(documentation_complete, false), "
        "reading(nia_documentation, pended)",
        "determination(nia, pended_for_documentation)",
    ),
    (
        "NIA: then, without cancer, the closing clause",
        "past_gates(nia), case(oncologic, false)",
        "determination(nia, investigational_not_medically_necessary)",
    ),
    (
        "NIA: then the site's guideline, if it is delegated to",
        "cancer_past_gates(nia), delegated",
        "determination(nia, refer_to_site_guideline)",
    ),
    (
        "NIA: N15 prevails wherever it reaches",
        "here, met(nia, n15)",
        "determination(nia, experimental_investigational)",
    ),
    ("NIA: N15 stands wherever it reaches", "here, met(nia, n15)", "stands(nia, n15)"),
    (
        "NIA: N23 prevails over N28 when every pancreatic request is reviewed",
        "here, met(nia, n23), met(nia, n28), not met(nia, n15), reading(nia_pancreatic_review, always_review)",
        "determination(nia, physician_review)",
    ),
    (
        "NIA: every pancreatic request is reviewed, if so read",
        "here, site(pancreas), not met(nia, n15), reading(nia_pancreatic_review, always_review)",
        "determination(nia, physician_review)",
    ),
    (
        "NIA: N28 prevails over N23 when the boost section decides",
        "here, met(nia, n23), met(nia, n28), not met(nia, n15), not reading(nia_pancreatic_review, always_review)",
        "determination(nia, medically_necessary)",
    ),
    (
        "NIA: pancreas is reviewed when the boost section decides and is not met",
        "here, site(pancreas), not met(nia, n28), not met(nia, n15), "
        "reading(nia_pancreatic_review, boost_criteria_decide)",
        "determination(nia, physician_review)",
    ),
    (
        "NIA: any medically necessary indication prevails over the permission of N19 and N20",
        "here, met(nia, (n19; n20)), met(nia, (n10; n17; n26; n28)), not met(nia, n15), "
        "reading(nia_can_be_used, permission_only)",
        "determination(nia, medically_necessary)",
    ),
    (
        "NIA: permission alone is reviewed",
        "here, met(nia, (n19; n20)), not met(nia, n28), not met(nia, n15), reading(nia_can_be_used, permission_only)",
        "determination(nia, physician_review)",
    ),
    (
        "NIA: an indication is medically necessary, outside of the pancreas",
        "here, met(nia, C), indication(nia, C), not met(nia, n15), not site(pancreas), "
        "not reading(nia_can_be_used, permission_only)",
        "determination(nia, medically_necessary)",
    ),
    (
        "NIA: an unnamed site is closed out by default",
        "here, not named_site, not met(nia, n15), reading(nia_unlisted_sites, closure)",
        "determination(nia, investigational_not_medically_necessary)",
    ),
    (
        "NIA: or decided case by case",
        "here, not named_site, not met(nia, n15), reading(nia_unlisted_sites, case_by_case)",
        "determination(nia, case_by_case)",
    ),
    (
        "NIA: a named site whose indications are not met is closed out",
        "here, named_site, not met(nia, n15), not met(nia, n23), not met(nia, C) : indication(nia, C)",
        "determination(nia, investigational_not_medically_necessary)",
    ),
    ("BCBSAZ: not in force decides first", "not in_force(bcbsaz)", "determination(bcbsaz, not_in_force)"),
    (
        "BCBSAZ: then whether it is intraoperative radiotherapy",
        "in_force(bcbsaz), case(service_is_iort, false)",
        "determination(bcbsaz, out_of_scope)",
    ),
    (
        "BCBSAZ: then the codes, if the list is limiting, once it is known",
        "case(date_of_service, D), D >= 20230921, case(service_is_iort, true), not listed_code(bcbsaz), "
        "reading(bcbsaz_code_list, limiting)",
        "determination(bcbsaz, code_not_listed)",
    ),
    (
        "BCBSAZ: then the rectal bullet, whatever is found and whatever a mandate says",
        "past_gates(bcbsaz), met(bcbsaz, b16)",
        "determination(bcbsaz, medically_necessary)",
    ),
    (
        "BCBSAZ: then, without cancer, no criterion",
        "past_gates(bcbsaz), case(oncologic, false)",
        "determination(bcbsaz, no_criterion)",
    ),
    (
        "BCBSAZ: then the mandate, which leaves medical necessity alone to be judged",
        "past_gates(bcbsaz), met(bcbsaz, b12), not met(bcbsaz, b16)",
        "determination(bcbsaz, medical_necessity_review)",
    ),
    (
        "BCBSAZ: then the second bullet",
        "past_gates(bcbsaz), met(bcbsaz, b18), not met(bcbsaz, b12)",
        "determination(bcbsaz, experimental_investigational)",
    ),
    (
        "BCBSAZ: otherwise no criterion",
        "past_gates(bcbsaz), not met(bcbsaz, b16), not met(bcbsaz, b18), not met(bcbsaz, b12)",
        "determination(bcbsaz, no_criterion)",
    ),
]

SENTENCES = [
    (
        "without cancer, N33 decides under both readings of unnamed sites",
        "past_gates(nia), case(oncologic, false)",
        "stands(nia, n33)",
    ),
    (
        "one fraction as a condition: no indication is met with more than one",
        "reading(nia_fractions, eligibility), case(fractions, F), F > 1",
        "none_indicated",
    ),
    ("N10 requires exactly one fraction under both", "case(fractions, F), F > 1", "not met(nia, n10)"),
    (
        "Tis can never be met when invasive cancer is required",
        'case(t_category, "Tis"), reading(nia_breast_tis, invasive_only)',
        "not met(nia, n10)",
    ),
    (
        "N19 within recurrent disease says nothing that N20 does not",
        "met(nia, n19), reading(nia_colon_t4, within_recurrent)",
        "met(nia, n20)",
    ),
    ("protons are neither photons nor electrons", "case(modality, proton)", "not met(nia, n28)"),
    (
        "x-ray modalities always count as photons",
        "case(modality, (electronic_brachytherapy; orthovoltage_xray; megavoltage_photon))",
        "criterion(nia,photons_or_electrons)",
    ),
    (
        "persistent disease is recurrent at NIA only if so read",
        "case(disease_status, persistent), not reading(nia_recurrent, persistent_counts)",
        "not criterion(nia, recurrent)",
    ),
    (
        "persistent disease is recurrent at BCBSAZ only if so read",
        "case(disease_status, persistent), not reading(bcbsaz_recurrent, persistent_counts)",
        "not criterion(bcbsaz, recurrent)",
    ),
    (
        "persistent disease counts at NIA if so read",
        "case(disease_status, persistent), reading(nia_recurrent, persistent_counts)",
        "criterion(nia,recurrent)",
    ),
    (
        "persistent disease counts at BCBSAZ if so read",
        "case(disease_status, persistent), reading(bcbsaz_recurrent, persistent_counts)",
        "criterion(bcbsaz,recurrent)",
    ),
    (
        "distant recurrence does not count where persistent disease does",
        "case(disease_status, distant_recurrence), reading(nia_recurrent, persistent_counts)",
        "not criterion(nia, recurrent)",
    ),
    (
        "both penetration and perforation, if so read",
        "met(nia, n19), reading(nia_penetration_perforation, both)",
        "case(penetration, true), case(perforation, true)",
    ),
    (
        "incomplete documents change nothing, if so read",
        "case(documentation_complete, false), reading(nia_documentation, no_consequence)",
        "not determination(nia, pended_for_documentation)",
    ),
    (
        "a mandate never leaves an investigational finding on an approved product",
        "case(mandate_applies, true), case(oncologic, true), case(fda_status, approved), "
        "reading(bcbsaz_mandate_object, procedure_using_product)",
        "not determination(bcbsaz, experimental_investigational)",
    ),
    ("N17 means local or regional recurrence", "met(nia, n17)", "criterion(nia,local_or_regional_recurrence)"),
    ("N28 needs a boost", "met(nia, n28)", "case(intent, boost)"),
    (
        "soft tissue can use N28 however the closing sentence is read",
        "site(soft_tissue), case(oncologic, true)",
        "criterion(nia,boost_site)",
    ),
    (
        "a site with a section of its own cannot, if so read",
        "own_section, reading(nia_closure, own_section_only)",
        "not met(nia, n28)",
    ),
    (
        "the heading alone leaves soft tissue only",
        "met(nia, n28), reading(nia_sarcoma_heading, heading_governs)",
        "site(soft_tissue)",
    ),
    ("a limit goes with an approval", "limit(nia, one_fraction)", "determination(nia, medically_necessary)"),
    (
        "every approval has the limit when one fraction is a limit",
        "determination(nia, medically_necessary), reading(nia_fractions, cap)",
        "limit(nia, one_fraction)",
    ),
    (
        "no limit when one fraction is a condition",
        "reading(nia_fractions, eligibility)",
        "not limit(nia, one_fraction)",
    ),
    ("more fractions than authorized", "limit(nia, excess_fractions)", "limit(nia, one_fraction)"),
    (
        "a descriptive list holds no code against a request at NIA",
        "reading(nia_code_list, descriptive)",
        "not determination(nia, code_not_listed)",
    ),
    (
        "a descriptive list holds no code against a request at BCBSAZ",
        "reading(bcbsaz_code_list, descriptive)",
        "not determination(bcbsaz, code_not_listed)",
    ),
    (
        "no code is held against a request before the list is known",
        "case(date_of_service, D), D < 20230921",
        "not determination(bcbsaz, code_not_listed)",
    ),
    (
        "a device that is neither approved nor cleared is itself a condition",
        "case(fda_status, none)",
        "criterion(bcbsaz,condition_holds)",
    ),
    (
        "a cleared device is too, when only premarket approval is approval",
        "case(fda_status, cleared_510k), reading(bcbsaz_final_approval, premarket_approval_only)",
        "criterion(bcbsaz,condition_holds)",
    ),
    (
        "a mandate reaches no procedure, if so read",
        "reading(bcbsaz_mandate_object, product_only)",
        "not met(bcbsaz, b12)",
    ),
    (
        "under a standing finding every other use of a cancer past the gates is investigational or barred",
        "cancer_past_gates(bcbsaz), reading(bcbsaz_evidence_test, standing_finding), "
        "not met(bcbsaz, b16), not met(bcbsaz, b12)",
        "determination(bcbsaz, experimental_investigational)",
    ),
    (
        "BCBSAZ approves rectal cancer only",
        "determination(bcbsaz, medically_necessary)",
        "site(rectum), case(oncologic, true)",
    ),
]


def whenever(given: str, then: str) -> list[str] | None:
    defined = "none_indicated :- not met(nia, C) : indication(nia, C).\nthen :- " + then + "."
    return counterexample(f"{defined}\nviolation :- {given}; not then.")


@pytest.mark.parametrize(("sentence", "given", "then"), ORDER, ids=[row[0] for row in ORDER])
def test_order_of_decision(sentence: str, given: str, then: str) -> None:
    assert happens(given), f"{sentence}: never"
    assert whenever(given, then) is None


@pytest.mark.parametrize(("sentence", "given", "then"), SENTENCES, ids=[row[0] for row in SENTENCES])
def test_sentence(sentence: str, given: str, then: str) -> None:
    assert happens(given), f"{sentence}: never"
    assert whenever(given, then) is None


# --- Which classes a policy can give ------------------------------------------------------------------

BY_DEFAULT = {
    NIA: {
        "medically_necessary",
        "experimental_investigational",
        "investigational_not_medically_necessary",
        "physician_review",
        "pended_for_documentation",
        "not_in_force",
        "out_of_scope",
        "code_not_listed",
    },
    BCBSAZ: {
        "medically_necessary",
        "experimental_investigational",
        "medical_necessity_review",
        "no_criterion",
        "not_in_force",
        "out_of_scope",
        "code_not_listed",
    },
}
UNDER_OTHER_READINGS = {NIA: {"case_by_case", "refer_to_site_guideline"}, BCBSAZ: set()}


@pytest.mark.parametrize("policy", [NIA, BCBSAZ])
def test_reachable_classes(kb: KnowledgeBase, policy: str) -> None:
    """Each class is found in some case, or proved to be given in none."""
    defaults = "default(R, O), not reading(R, O)"
    by_default = {
        name
        for name in kb.catalog.classes
        if counterexample(f"violation :- determination({policy}, {name}).\n:- {defaults}.") is not None
    }
    ever = {name for name in kb.catalog.classes if happens(f"determination({policy}, {name})")}
    assert by_default == BY_DEFAULT[policy]
    assert ever == BY_DEFAULT[policy] | UNDER_OTHER_READINGS[policy]


@pytest.mark.parametrize("policy", [NIA, BCBSAZ])
def test_reachable_clauses(kb: KnowledgeBase, policy: str) -> None:
    """Every clause stands in some case."""
    assert [each for each in kb.catalog.policies[policy].clauses if not happens(f"stands({policy}, {each})")] == []


# --- Presumptions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [NIA, BCBSAZ])
def test_presumptions_can_be_made(kb: KnowledgeBase, policy: str) -> None:
    """Whatever is stated, all that is presumed of the rest can hold together.

    For every choice of unstated attributes that conditional presumptions speak for, the stated facts
    for which some completion exists are compared with those for which one exists that satisfies every
    presumption: the same. Presumptions with a plain value fix an attribute that no axiom mentions.
    """
    mine = [each for each in kb.catalog.presumptions if each.concerns(policy)]
    conditional = {each.id: each.attribute for each in mine if each.value is None}
    readings = kb.compiler.default_readings
    ties = [_asked(kb, kb.compiler.named("impossible", each, readings=readings)) for each in kb.catalog.axioms]
    assert not set().union(*ties) & {each.attribute for each in mine if each.value is not None}
    ties += [
        _asked(kb, kb.compiler.named("presumption_holds", each, readings=readings)) | {attribute}
        for each, attribute in conditional.items()
    ]
    for group in _connected(ties):
        attributes = sorted(group & set(conditional.values()))
        for unstated in chain.from_iterable(combinations(attributes, size) for size in range(1, len(attributes) + 1)):
            names = [each for each, attribute in conditional.items() if attribute in unstated]
            stated = sorted(group - set(unstated))
            assert _projections(stated, []) == _projections(stated, names), (stated, names)


def _asked(kb: KnowledgeBase, diagram: int) -> set[str]:
    return set(kb.compiler.attributes_of(diagram))


def _connected(ties: list[set[str]]) -> list[set[str]]:
    """The sets of attributes that hang together."""
    groups: list[set[str]] = []
    for tie in ties:
        joined = set(tie).union(*(group for group in groups if group & tie))
        groups = [*(group for group in groups if not group & tie), joined]
    return groups


def _projections(stated: list[str], presumed: list[str]) -> set[frozenset[str]]:
    """The combinations of stated facts that some case has in which ``presumed`` are made, as far as they are due."""
    rules = "".join(f"given({name}). " for name in stated)
    rules += "served(P) :- wanted(P), not presumption_needs(P, _, _).\n"
    rules += "served(P) :- wanted(P), presumption_needs(P, A, V), given(A), case(A, V).\n"
    rules += "due(P) :- served(P), not waived(P).\n"
    rules += "waived(P) :- gives_way(P, A, V, B, W), given(A), given(B), case(A, V), case(B, W).\n"
    rules += ":- due(P), not presume(P).\n:- presume(P), not due(P).\n#defined wanted/1.\n#defined gives_way/5.\n"
    rules += "".join(f"wanted({name}). " for name in presumed)
    rules += "given_case(A, V) :- given(A), case(A, V).\n#project given_case/2.\n#show given_case/2.\n"
    asked = control(rules, options=["0", "--project"])
    found = set()
    with asked.solve(yield_=True) as handle:
        for model in handle:
            shown = model.symbols(shown=True)
            found.add(frozenset(str(symbol) for symbol in shown if symbol.name == "given_case"))
    return found


# --- What does not depend on what ---------------------------------------------------------------------


def inputs_of(kb: KnowledgeBase, *named: tuple[str, str, str]) -> set[str]:
    """The attributes and readings that the ground rules of some atoms mention at all, however far down."""
    atoms = [kb.compiler.ground_atom(*each) for each in named]
    below = set().union(*(kb.graph.support[atom] for atom in atoms if atom is not None))
    return {str(kb.ground.symbol_of[atom].arguments[0]) for atom in below}


def test_policies_never_share_a_reading_but_the_junction(kb: KnowledgeBase) -> None:
    used = {
        policy: inputs_of(kb, *(("determination", policy, name) for name in kb.catalog.classes))
        & {*kb.catalog.readings}
        for policy in (NIA, BCBSAZ)
    }
    assert used[NIA] & used[BCBSAZ] == {"rectosigmoid"}
    assert used[NIA] | used[BCBSAZ] == {*kb.catalog.readings}


def test_review_of_the_pancreas_never_depends_on_fractions(kb: KnowledgeBase) -> None:
    assert not inputs_of(kb, (*("met", NIA), "n23")) & {"fractions", "nia_fractions"}


def test_classes_never_depend_on_the_device_itself_or_the_basis_of_a_category(kb: KnowledgeBase) -> None:
    """A device counts through its modality and its status; the basis of a category changes remarks only."""
    for policy in (NIA, BCBSAZ):
        used = inputs_of(kb, *(("determination", policy, name) for name in kb.catalog.classes))
        assert not used & {"device", "t_category_basis"}
