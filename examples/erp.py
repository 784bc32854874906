"""Writes erp.csv: a made-up event-related potential, 12 subjects x 8 items, a point of time every 20 ms.

Run: python3 erp.py > erp.csv
"""
import math
import random

draw = random.Random(20)
SUBJECTS, ITEMS, POINTS = 12, 8, 40


def series(sd):
    """An autoregression through time, of standard deviation sd."""
    values, value = [], draw.gauss(0, sd)
    for _ in range(POINTS):
        values.append(value)
        value = 0.8 * value + 0.6 * draw.gauss(0, sd)
    return values


subject = [series(1.5) for _ in range(SUBJECTS)]
item = [series(0.8) for _ in range(ITEMS)]
print("subject,item,condition," + ",".join(f"t{20 * t:03d}" for t in range(POINTS)))
for s in range(SUBJECTS):
    for i in range(ITEMS):
        error = series(2.0)
        target = (s + i) % 2 == 1
        cells = []
        for t in range(POINTS):
            effect = 2.0 * math.exp(-(((20 * t - 400) / 90) ** 2)) if target else 0.0
            cells.append(f"{subject[s][t] + item[i][t] + effect + error[t]:.2f}")
        print(f"s{s + 1:02d},i{i + 1},{'target' if target else 'standard'}," + ",".join(cells))
