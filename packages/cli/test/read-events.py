"""Prints what the tensorboard package finds in a folder of event files, as JSON: python read-events.py FOLDER"""

import json
import os
import sys

from tensorboard.backend.event_processing import event_accumulator, event_file_loader
from tensorboard.plugins.hparams import metadata as hparams


def run_of(folder):
    accumulator = event_accumulator.EventAccumulator(
        folder, size_guidance={event_accumulator.SCALARS: 0, event_accumulator.TENSORS: 0}
    )
    accumulator.Reload()
    scalars = {}
    descriptions = {}
    for tag in accumulator.Tags()["scalars"]:
        scalars[tag] = [[e.wall_time, e.step, str(e.value)] for e in accumulator.Scalars(tag)]
        if tag in accumulator.summary_metadata:
            descriptions[tag] = accumulator.SummaryMetadata(tag).summary_description
    settings = None
    status = None
    for tag, content in accumulator.PluginTagToContent("hparams").items() if "hparams" in plugins(accumulator) else []:
        if tag == hparams.SESSION_START_INFO_TAG:
            values = hparams.parse_session_start_info_plugin_data(content).hparams
            settings = {name: getattr(value, value.WhichOneof("kind")) for name, value in values.items()}
        if tag == hparams.SESSION_END_INFO_TAG:
            status = hparams.parse_session_end_info_plugin_data(content).status
    return {"scalars": scalars, "descriptions": descriptions, "settings": settings, "status": status}


def plugins(accumulator):
    return {metadata.plugin_data.plugin_name for metadata in accumulator.summary_metadata.values()}


def main(root):
    runs = {}
    for folder, _, files in os.walk(root):
        events = [name for name in files if "tfevents" in name]
        if not events:
            continue
        # The loader raises where a checksum is wrong.
        for name in events:
            list(event_file_loader.EventFileLoader(os.path.join(folder, name)).Load())
        runs[os.path.relpath(folder, root)] = run_of(folder)
    print(json.dumps(runs))


main(sys.argv[1])
