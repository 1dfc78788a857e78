"""BG/NBD by lifetimes and by pymc-marketing (MAP) on a CSV of x, t_x, T, beside `clientele fit` on the same file.

python bench/peers.py FILE.csv, in an environment of its own that has lifetimes and pymc-marketing.
"""

import sys
import time

import pandas as pd

table = pd.read_csv(sys.argv[1])
table.columns = ["frequency", "recency", "T"]


def timed(name, work):
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        said = work()
    except Exception as error:
        said = f"failed: {type(error).__name__}: {error}"
    print(f"{name:15} {time.perf_counter() - wall:8.2f} s ({time.process_time() - cpu:.2f} s CPU)  {said}", flush=True)


def lifetimes():
    from lifetimes import BetaGeoFitter

    fitter = BetaGeoFitter()
    fitter.fit(table["frequency"], table["recency"], table["T"])
    alive = fitter.conditional_probability_alive(table["frequency"], table["recency"], table["T"])
    return f"{fitter.params_.round(4).to_dict()}, mean P(alive) {alive.mean():.4f}"


def pymc_marketing():
    from pymc_marketing.clv import BetaGeoModel

    data = table.assign(customer_id=range(len(table)))
    model = BetaGeoModel(data=data)
    model.fit(method="map", progressbar=False)
    alive = model.expected_probability_alive(data).mean().item()
    return f"{model.fit_summary().round(4).to_dict()}, mean P(alive) {alive:.4f}"


print(f"{len(table)} customers")
timed("lifetimes", lifetimes)
timed("pymc-marketing", pymc_marketing)
