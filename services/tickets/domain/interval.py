"""How sure a number is: Wilson's interval of a share, and the band in which a month's count is nothing unusual."""

import math
from dataclasses import dataclass

Z = 1.959964
SMALL = 30
BAND_TAIL = 0.005
BAND_MONTHS = (6, 12)


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


def wilson(hits: int, of: int) -> Interval | None:
    """The 95 % interval of a share (Wilson 1927); of nothing there is none."""
    if of == 0:
        return None
    share, spread = hits / of, Z * Z / of
    middle = share + spread / 2
    reach = Z * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    return Interval(max(0.0, (middle - reach) / (1 + spread)), min(1.0, (middle + reach) / (1 + spread)))


def poisson_band(before: list[int]) -> Interval | None:
    """Between which counts 99 % of months lie, if all is as in the months before; from six months on, of twelve."""
    fewest, most = BAND_MONTHS
    if len(before) < fewest:
        return None
    known = before[-most:]
    mean = sum(known) / len(known)
    return Interval(_quantile(mean, BAND_TAIL), _quantile(mean, 1 - BAND_TAIL))


def _quantile(mean: float, share: float) -> float:
    """The smallest count up to which this share of a Poisson distribution lies."""
    if mean == 0:
        return 0
    count, reached = 0, math.exp(-mean)
    log_of_term = -mean
    while reached < share:
        count += 1
        log_of_term += math.log(mean / count)
        reached += math.exp(log_of_term)
    return count
