"""python ray-seeds.py 10 galu/memorize --preset short: one run for each of ten seeds, as tasks of Ray.

A task whose worker or node dies is started again elsewhere, and its run goes on from its checkpoints.
"""

import os
import shlex
import subprocess
import sys

import ray

RUNS = os.path.abspath(os.environ.get("RUNS", "runs"))  # a folder that all nodes see
UNBRAID = shlex.split(os.environ.get("UNBRAID", "npx unbraid"))


@ray.remote(num_cpus=2, max_retries=5)
def run(seed: int, words: list[str]) -> str:
    out = f"{RUNS}/seed-{seed}"
    begun = os.path.exists(f"{out}/config.json")
    words = ["resume", out, "--wait"] if begun else ["run", *words, "--seed", str(seed), "--out", out]
    command = [*UNBRAID, *words, "--threads", "2", "--json"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


ray.init()
count, *words = sys.argv[1:]
for result in ray.get([run.remote(seed, words) for seed in range(int(count))]):
    print(result, end="")
