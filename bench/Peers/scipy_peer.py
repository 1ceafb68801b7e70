"""Times SciPy's CSR product on 3072x768 weights and 128 tokens. A request a line:
csr DENSITY N     N products: seconds of each
"""
import sys
import time

import numpy
import scipy
import scipy.sparse

OUTPUTS, INPUTS, TOKENS = 3072, 768, 128

print(f"SciPy {scipy.__version__}", flush=True)
for line in sys.stdin:
    _, density, calls = line.split()
    weights = scipy.sparse.random(OUTPUTS, INPUTS, float(density), format="csr", dtype=numpy.float32, random_state=1)
    x = numpy.random.default_rng(2).standard_normal((INPUTS, TOKENS), dtype=numpy.float32)
    weights @ x
    seconds = []
    for _ in range(int(calls)):
        start = time.perf_counter()
        weights @ x
        seconds.append(time.perf_counter() - start)
    print(*seconds, flush=True)
