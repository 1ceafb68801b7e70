"""Fits Chinchilla's law with SciPy. A request a line, answered with seconds and the least objective on all rows:
load PATH      the table: columns N, D, loss, used (answers the number of rows)
starts N       N of the 4,500 usual starts, L-BFGS-B with the analytic gradient
projected N    N times: a 6x6 grid of exponents, non-negative least squares, the best point polished with BFGS
bootstrap N    N refits to resamples, BFGS with the analytic gradient from the optimum
"""
import csv
import itertools
import sys
import time

import numpy
import scipy
from scipy.optimize import minimize, nnls

DELTA = 1e-3


def objective(x, n, d, loss, weights):
    """Huber's function of ln L - ln(exp(a - alpha n) + exp(b - beta d) + exp(e)), and its gradient; x = a, b, e, alpha, beta."""
    a, b, e, alpha, beta = x
    terms = numpy.stack([a - alpha * n, b - beta * d, numpy.full_like(n, e)])
    top = terms.max(axis=0)
    shares = numpy.exp(terms - top)
    total = shares.sum(axis=0)
    shares /= total
    residual = loss - top - numpy.log(total)
    size = numpy.abs(residual)
    value = numpy.where(size < DELTA, 0.5 * residual**2, DELTA * (size - 0.5 * DELTA))
    slope = -weights * numpy.clip(residual, -DELTA, DELTA)
    first, second, third = slope * shares
    gradient = numpy.array([first.sum(), second.sum(), third.sum(), -(first @ n), -(second @ d)])
    return weights @ value, gradient


class Table:
    def __init__(self, path):
        with open(path, newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["used"] == "1"]
        self.n, self.d, self.loss = (numpy.log([float(row[name]) for row in rows]) for name in ("N", "D", "loss"))
        self.ones = numpy.ones(len(rows))

    def starts(self, count):
        grid = list(itertools.product(range(0, 30, 5), range(0, 30, 5), (-1, -0.5, 0, 0.5, 1), (0, 0.5, 1, 1.5, 2), (0, 0.5, 1, 1.5, 2)))
        chosen = numpy.random.default_rng(0).permutation(len(grid))[:count]
        return min(minimize(objective, grid[i], (self.n, self.d, self.loss, self.ones), "L-BFGS-B", True).fun for i in chosen)

    def projected(self):
        n, d = self.n - self.n.mean(), self.d - self.d.mean()
        inverse, best = numpy.exp(-self.loss), None
        for alpha in numpy.linspace(0.1, 0.9, 6):
            for beta in numpy.linspace(0.1, 0.9, 6):
                columns = numpy.stack([numpy.exp(-alpha * n), numpy.exp(-beta * d), self.ones]) * inverse
                coefficients, rest = nnls(columns.T, self.ones)
                if best is None or rest < best[0]:
                    best = rest, [*numpy.log(numpy.maximum(coefficients, 1e-6)), alpha, beta]
        return minimize(objective, best[1], (n, d, self.loss, self.ones), "BFGS", True, options={"gtol": 1e-10})

    def bootstrap(self, count):
        n, d = self.n - self.n.mean(), self.d - self.d.mean()
        optimum, random = self.projected(), numpy.random.default_rng(0)
        for _ in range(count):
            weights = numpy.bincount(random.integers(0, len(n), len(n)), minlength=len(n)).astype(float)
            minimize(objective, optimum.x, (n, d, self.loss, weights), "BFGS", True)
        return optimum.fun


print(f"SciPy {scipy.__version__}", flush=True)
table = None
for line in sys.stdin:
    verb, what = line.rstrip("\n").split(maxsplit=1)
    if verb == "load":
        table = Table(what)
        print(len(table.n), flush=True)
        continue
    begun = time.perf_counter()
    if verb == "projected":
        least = [table.projected().fun for _ in range(int(what))][-1]
    else:
        least = getattr(table, verb)(int(what))
    print(time.perf_counter() - begun, repr(float(least)), flush=True)
