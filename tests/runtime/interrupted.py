"""Run as a program: asks questions, interrupts them at random moments, and asks again.

    python -m tests.runtime.interrupted SEED COUNT

It prints how many questions were cut short, and ends with status 1 at the first answer that is not right.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from random import Random
from threading import Thread, Timer

from payerlogic import KnowledgeBase
from tests.runtime.asking import AS_OF, EVERY, QUICK, SLOW

SHARE_OF_SLOW = 0.05


def cut_short(question: Callable[[], object], after: float) -> bool:
    """Ask, with Ctrl-C pressed after so many seconds; whether it came in time. One that comes while an object is freed
    comes to nobody."""
    press = Timer(after, os.kill, (os.getpid(), signal.SIGINT))
    try:
        press.start()
        question()
        try:
            press.join()
            time.sleep(1)  # until it arrives
        except KeyboardInterrupt:
            return False
    except KeyboardInterrupt:
        return True
    return False


def main(seed: int, count: int) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background begins with it ignored
    rng = Random(seed)
    kb = KnowledgeBase.load()
    settings = kb.settings(as_of=AS_OF)
    expected, seconds = {}, {}
    for name, ask in EVERY.items():
        begun = time.perf_counter()
        expected[name] = repr(ask(kb, settings))
        seconds[name] = time.perf_counter() - begun

    def check(name: str) -> None:
        if repr(EVERY[name](kb, settings)) != expected[name]:
            sys.exit(f"{name}: another answer than before the interruption")

    hits = 0
    for number in range(count):
        name = rng.choice([*(SLOW if rng.random() < SHARE_OF_SLOW else QUICK)])
        if rng.random() < 0.2:  # begin with nothing remembered, so that it is making diagrams that is cut short
            kb.turns.age += 1
        hits += cut_short(lambda ask=EVERY[name]: ask(kb, settings), rng.uniform(0, 1.2 * seconds[name]))  # type: ignore[misc]
        check(rng.choice([*QUICK]))
        if number % 50 == 0:  # another thread can ask, too: no lock was left behind
            other = Thread(target=check, args=("decide one",), daemon=True)
            other.start()
            other.join(60)
            if other.is_alive():
                sys.exit("a lock was left behind")
    for name in EVERY:
        check(name)
    print(hits, "of", count)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
