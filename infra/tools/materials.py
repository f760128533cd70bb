"""The bill of materials of a release (CycloneDX 1.6), held against its schema: materials.py VERSION TARGET FUNCTION…

It is the same for the same commit."""

import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import uuid

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The packages whose name is not that of the function.
PACKAGES = {"mail": "mail-function", "pages": "pages-function"}


def main(version, target, *functions):
    time = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    packages, needs = resolved(target)
    programs = [PACKAGES.get(function, function) for function in functions] + ["latchkey"]
    own = {package["name"]: package["id"] for package in packages.values() if package["source"] is None}
    wanted = reached([own[name] for name in programs], needs)
    sums = checksums()
    components = {id: component(packages[id], sums, programs) for id in sorted(wanted)}
    bom = Bom(components=components.values())
    bom.metadata.component = Component(name="latchkey-release", version=version, type=ComponentType.APPLICATION, bom_ref="release")
    bom.metadata.timestamp = time
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, f"latchkey/{version}/{target}/{time.isoformat()}")
    bom.register_dependency(bom.metadata.component, [components[own[name]] for name in programs])
    for id, one in components.items():
        bom.register_dependency(one, [components[other] for other in sorted(needs[id])])
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault:
        sys.exit(f"the bill of materials is not valid: {fault}")
    print(text)


def resolved(target):
    """The packages by their ids, and which of them each needs to run on the target."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target]
    told = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    runs = lambda need: any(kind["kind"] is None for kind in need["dep_kinds"])
    nodes = told["resolve"]["nodes"]
    needs = {node["id"]: {need["pkg"] for need in node["deps"] if runs(need)} for node in nodes}
    return {package["id"]: package for package in told["packages"]}, needs


def reached(from_, needs):
    found, waiting = set(), list(from_)
    while waiting:
        id = waiting.pop()
        if id not in found:
            found.add(id)
            waiting.extend(needs[id])
    return found


def checksums():
    """Of the archives of crates.io, by name and version."""
    entries = re.findall(r'name = "(.*)"\nversion = "(.*)"\nsource = ".*"\nchecksum = "(.*)"', (ROOT / "Cargo.lock").read_text())
    return {(name, version): checksum for name, version, checksum in entries}


def component(package, sums, programs):
    name, version, checksum = package["name"], package["version"], sums.get((package["name"], package["version"]))
    purl = PackageURL("cargo", None, name, version)
    # Some crates write the `or` of SPDX as a slash.
    licence = (package["license"] or "").replace("/", " OR ")
    return Component(
        name=name,
        version=version,
        type=ComponentType.APPLICATION if name in programs else ComponentType.LIBRARY,
        bom_ref=f"{name}@{version}",
        purl=purl if checksum else None,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=checksum)] if checksum else [],
        licenses=[LicenseFactory().make_from_string(licence)] if licence else [],
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
