"""Which invoices an entry may be about by what is written in it: all that matching may look at."""

from collections.abc import Iterable

from rules.matching.masking import whole_references
from rules.matching.numbers import NumberIndex, all_of, compact, digits, folded
from rules.matching.reading import read
from rules.matching.values import Entry


def within_reach(entry: Entry, index: NumberIndex) -> set[str]:
    """Numbers that are written whole, abbreviated or with a typing error, and those that are one typing
    error from them: what speaks against a reading."""
    texts = [entry.remittance, entry.end_to_end_id, *entry.references]
    written = read(texts, index)
    named = written.named | written.brief | written.listed | _referenced(texts, index)
    runs = {*written.figures, *(digits(number) for number in named)}
    meant = (
        named
        | all_of(index.serials.get(serial, ()) for serial in written.serials)
        | all_of(index.reduced.get(run, ()) for run in runs)
        | all_of(index.near(run) for run in runs)
    )
    return meant | all_of(index.near(run) for run in {digits(number) for number in meant} - runs)


def _referenced(texts: Iterable[str], index: NumberIndex) -> set[str]:
    bodies = [compact(text) for text in texts]
    bodies += [whole[4:] for text in texts for whole in whole_references(folded(text))]
    return all_of(
        [*index.whole.get(body, ()), *index.reduced.get(body.lstrip("0"), ())] for body in bodies
    )
