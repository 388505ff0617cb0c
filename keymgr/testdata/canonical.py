# What Python's json makes of each record of a repodata.json: its canonical form
# and its signature by a key, as files to be verified by other programs.
import json
import pathlib
import sys

repodata, key, folder = sys.argv[1:]
data = json.loads(pathlib.Path(repodata).read_bytes())
for i, (name, record) in enumerate(sorted((data["packages"] | data["packages.conda"]).items())):
    message = json.dumps(record, indent=2, sort_keys=True).encode("utf-8")
    pathlib.Path(folder, f"{i}.message").write_bytes(message)
    signature = data["signatures"][name][key]["signature"]
    pathlib.Path(folder, f"{i}.signature").write_bytes(bytes.fromhex(signature))
