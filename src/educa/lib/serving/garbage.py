"""Python's collection of cycles, set for a process that serves: the pause of a full one is a pause of every socket."""

import gc

THRESHOLDS = (10_000, 20, 20)  # objects, young collections, middle ones between two collections


def spare_what_stays() -> None:
    """Leave out from now on what was loaded until now, and look at the rest less often.

    A full collection of all code and settings took 50 to 120 ms with 1,000 sockets open, and came several times
    while they connected.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
