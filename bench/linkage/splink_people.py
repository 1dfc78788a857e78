"""Splink on the records, blocking and comparisons of people.yaml, for comparison.

pip install splink
python bench/linkage/splink_people.py --file people.parquet --threads 2
"""

import argparse
import json
import resource
import time

import duckdb
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

options = argparse.ArgumentParser()
options.add_argument("--file", required=True)
options.add_argument("--threads", type=int, default=2)
options.add_argument("--memory", default="3GB")
given = options.parse_args()

connection = duckdb.connect()
connection.execute(f"set threads = {given.threads}")
connection.execute(f"set memory_limit = '{given.memory}'")
connection.execute(
    "create table people as select record_id as unique_id, * exclude (record_id, source) from read_parquet(?)",
    [given.file],
)

rules = [
    block_on("email"),
    block_on("phone"),
    block_on("birth_date", "family_name"),
    block_on("birth_date", "given_name"),
    block_on("birth_date", "postcode"),
    block_on("given_name", "family_name", "city"),
    block_on("address"),
    block_on("family_name", "postcode"),
]
names = [0.92, 0.88, 0.7]
settings = SettingsCreator(
    link_type="dedupe_only",
    blocking_rules_to_generate_predictions=rules,
    comparisons=[
        cl.JaroWinklerAtThresholds("given_name", names).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("family_name", names).configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.EmailComparison("email"),
        cl.LevenshteinAtThresholds("phone", [1, 2]),
        cl.JaroWinklerAtThresholds("address", [0.9, 0.8]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("city", [0.9, 0.8]).configure(term_frequency_adjustments=True),
        cl.LevenshteinAtThresholds("postcode", [1, 2]),
    ],
    retain_intermediate_calculation_columns=False,
    retain_matching_columns=False,
)

start = time.perf_counter()
api = DuckDBAPI(connection)
linker = Linker(api.register("people"), settings)
linker.training.estimate_probability_two_random_records_match(
    [block_on("email"), block_on("given_name", "family_name", "birth_date")], recall=0.7
)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
linker.training.estimate_parameters_using_expectation_maximisation(block_on("email"))
linker.training.estimate_parameters_using_expectation_maximisation(block_on("birth_date", "family_name"))
trained = time.perf_counter()
predictions = linker.inference.predict(threshold_match_probability=0.2)
predicted = time.perf_counter()
clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predictions, 0.95)
done = time.perf_counter()
usage = resource.getrusage(resource.RUSAGE_SELF)
measured = {
    "train": round(trained - start, 1),
    "predict": round(predicted - trained, 1),
    "cluster": round(done - predicted, 1),
    "seconds": round(done - start, 1),
    "cpu": round(usage.ru_utime + usage.ru_stime, 1),
    "peak_megabytes": round(usage.ru_maxrss / 1024),
}
connection.execute(f"create table clustered as select * from {clusters.physical_name}")
precision, recall, f1 = connection.execute(
    """
    with
      known as (select clustered.cluster_id, people.truth from clustered join people using (unique_id)),
      found as (select sum(n * (n - 1) / 2) as n from (select count(*) as n from known group by cluster_id)),
      wanted as (select sum(n * (n - 1) / 2) as n from (select count(*) as n from known group by truth)),
      agreed as (select sum(n * (n - 1) / 2) as n from (select count(*) as n from known group by cluster_id, truth))
    select agreed.n / found.n, agreed.n / wanted.n, 2 * agreed.n / (found.n + wanted.n)
    from found, wanted, agreed
    """
).fetchone()
print(json.dumps(measured | {"precision": precision, "recall": recall, "f1": f1}))
