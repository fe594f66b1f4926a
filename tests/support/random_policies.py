"""Random policy files, the same for every run of the same seed: good ones, and ones with a random fault."""

from __future__ import annotations

from random import Random

VALUES = {
    "oncologic": ["true", "false"],
    "primary_site": ["rectum", "colon", "breast", "rectosigmoid_junction", "(rectum; colon)"],
    "margin_status": ["close", "positive", "(close; positive)"],
    "intent": ["boost", "sole_modality"],
    "device": ["mobetron", "intrabeam", "_"],
    "ei_conditions": ["insufficient_net_improvement"],
    "disease_status": ["local_recurrence", "primary"],
}
CLASSES = ["medically_necessary", "experimental_investigational", "physician_review", "no_criterion"]
NUMBERS = {"age_years": (18, 50, 65), "fractions": (2, 3), "date_of_service": (20220101, 20240301)}


class RandomPolicy:
    """The text of one policy; ``names`` of things that two policies could both use are drawn from few."""

    def __init__(self, name: str, rng: Random) -> None:
        self.name = name
        self.rng = rng
        self.own = [f"criterion({name}, {each})" for each in ("one", "two", name)]

    def condition(self) -> str:
        rng, kind = self.rng, self.rng.random()
        sign = rng.choice(["", "", "not "])
        if kind < 0.5:
            attribute = rng.choice(sorted(VALUES))
            return f"{sign}case({attribute}, {rng.choice(VALUES[attribute])})".replace(
                "not case(device, _)", "case(device, _)"
            )
        if kind < 0.7:
            attribute = rng.choice(sorted(NUMBERS))
            how, number = rng.choice(["at_least", "at_most"]), rng.choice(NUMBERS[attribute])
            return f"{sign}{how}({attribute}, {number})"
        if kind < 0.8:
            return f"reading({self.name}_r, {rng.choice(['a', 'b'])})"
        if kind < 0.9:
            return f"{sign}in_force({self.name})"
        return f"{sign}site({rng.choice(['rectum', 'colon', 'lung'])})"

    def body(self, *more: str) -> str:
        return ", ".join([*(self.condition() for _ in range(self.rng.randint(1, 3))), *more])

    def text(self) -> str:
        rng, own = self.rng, self.name
        lines = [
            f'payer({own}, "{own}"). policy({own}, {own}, iort, "{own.upper()}_1", "Made-up policy").',
            f'statement({own}, "S1", "Only section", "sentence 1", "made up", rule).',
            f'version({own}, 20200101, "first").',
            f'version({own}, {rng.choice([20220101, 20230615])}, "second").',
            f'ambiguity({own}, {own}_r, "?", "-"). option({own}_r, 1, a, "a"). option({own}_r, 2, b, "b").',
            f'code({own}, "77424").',
        ]
        for each in self.own:
            lines += [f"{each} :- {self.body()}." for _ in range(rng.randint(1, 2))] + [f'label({each}, "{each}").']
        lines.append(f"h({own}, X) :- case(margin_status, X), {self.condition()}.")
        lines.append(f"met({own}, c0) :- {self.body(f'1 {{ h({own}, _) }}')}.")
        count = rng.randint(1, 4)
        for index in range(count):
            lines += [f'clause({own}, c{index}, "Clause {index}").', f'cites({own}, c{index}, "S1").']
            for _ in range(rng.randint(1, 2)):
                also = rng.choice(
                    [[], [rng.choice(self.own)], ["not " + rng.choice(self.own)], [f"1 {{ h({own}, _) }}"]]
                )
                lines.append(f"met({own}, c{index}) :- {self.body(*also)}.")
            if rng.random() < 0.9:
                lines.append(f"concludes({own}, c{index}, {rng.choice(CLASSES)}).")
            if index and rng.random() < 0.5:
                lines.append(f"prevails({own}, c{index - 1}, c{index}).")
        if rng.random() < 0.5:
            lines.append(f"gate({own}, 1, c0).")
        if rng.random() < 0.6:
            remark = rng.choice([f"{own}_remark", "young", "late"])
            lines.append(f'advisory({own}, {remark}) :- {self.body()}. label({remark}, "made up at {own}").')
        if rng.random() < 0.5:
            attribute = rng.choice(["margin_status", "intent", "oncologic"])
            value = VALUES[attribute][0]
            lines += [f"presumption(50, {own}_p, {own}, {attribute}).", f"presumed_value({own}_p, {value})."]
            lines.append(f'label({own}_p, "presumed").')
        return "\n".join(lines) + "\n"


PIECES = [
    *(
        "acme",
        "bolt",
        "nia",
        "X",
        "_",
        "50",
        "-1",
        "3000000000",
        '"text"',
        "f(X)",
        "1..9",
        "1..1000000000",
        "X+1",
        "(a;b)",
    ),
    *(
        "not ",
        "not not ",
        ":-",
        ".",
        ",",
        ";",
        "(",
        ")",
        "{",
        "}",
        "%*",
        "*%",
        "%",
        '"',
        "\n",
        " ",
        "#sum",
        "#include",
        "“",
    ),
    *("case", "met", "bound", "version", "label", "gate", "prevails", "concludes", "reading", "presume", "impossible"),
    *(
        "case(oncologic, true)",
        "at_least(age_years, 7)",
        "met(acme, c0)",
        "criterion(acme,one)",
        "#true",
        "#false",
        "&x{}",
        "@f()",
    ),
    *(
        "\u2028",
        "\f",
        "\x00",
        "ü",
        "/",
        "**",
        "|",
        "~",
        "- ",
        "=",
        "!=",
        "<",
        "#count{X:case(X,_)}",
        "#defined x/1.",
        "$",
    ),
]


def with_fault(text: str, rng: Random) -> str:
    """``text`` with one to three random edits: pieces put in, taken out, exchanged or doubled."""
    for _ in range(rng.randint(1, 3)):
        at, end = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
        kind = rng.random()
        lines = text.split("\n")
        if kind < 0.4:
            end = min(end, at + rng.randint(0, 12))
            text = text[:at] + rng.choice(PIECES) + text[end:]
        elif kind < 0.6:
            text = text[:at] + text[min(end, at + rng.randint(1, 20)) :]
        elif kind < 0.8:
            lines.pop(rng.randrange(len(lines)))
            text = "\n".join(lines)
        elif kind < 0.9:
            lines.append(rng.choice(lines))
            text = "\n".join(lines)
        else:
            words = [word for word in text.replace("(", " ").replace(",", " ").split() if word.isidentifier()] or ["x"]
            text = text.replace(rng.choice(words), rng.choice(words), rng.choice([1, -1]))
    return text
