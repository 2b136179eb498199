"""Standardised errors of public daily series: what bands lean on where a tenant has few of its own.

Learnt by `python benchmarks/forecasts.py --spread DIRECTORY` from half of the benchmark's series. The error of a day
h ahead, in scales of its series (`bands.scales`), has the quantiles SHAPE x GROWTH[h].
"""

import numpy as np

DAY_SHAPE = np.array([-3.098, -2.189, -1.452, -0.805, 0.061, 1.028, 1.665, 2.321, 2.990])
DAY_GROWTH = np.array([
    0.736, 0.883, 0.982, 1.033, 1.079, 1.119, 1.168, 1.243, 1.299, 1.340,
    1.372, 1.401, 1.426, 1.455, 1.508, 1.547, 1.576, 1.607, 1.639, 1.657,
    1.711, 1.776, 1.815, 1.838, 1.853, 1.856, 1.873, 1.900, 1.961, 1.983,
    2.009,
])  # fmt: skip
SUM_SHAPE = np.array([-2.102, -1.588, -1.076, -0.601, 0.050, 0.789, 1.266, 1.754, 2.258])
SUM_GROWTH = np.array([
    1.000, 1.987, 3.028, 4.085, 5.170, 6.258, 7.396, 8.647, 9.955, 11.341,
    12.725, 14.139, 15.576, 17.053, 18.627, 20.262, 21.954, 23.695, 25.436, 27.218,
    29.064, 30.969, 32.931, 34.903, 36.916, 38.904, 41.195, 43.268, 45.396, 47.593,
    49.833,
])  # fmt: skip
