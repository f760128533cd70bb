"""The archives of the functions, and the templates that name them: release.py FOLDER ARCHITECTURE FUNCTION…"""

import io
import pathlib
import re
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The earliest time that an archive can say.
EPOCH = (1980, 1, 1, 0, 0, 0)


def main(out, architecture, *functions):
    out = pathlib.Path(out)
    for function in functions:
        program = ROOT / "target/lambda" / function / "bootstrap"
        (out / f"{function}.zip").write_bytes(archive(program.read_bytes()))
    for template, name in (("template.yaml", "template.yaml"), ("infra/http-api.yaml", "http-api.yaml")):
        (out / name).write_text(packaged((ROOT / template).read_text(), architecture))


def archive(program):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        entry = zipfile.ZipInfo("bootstrap", EPOCH)
        entry.create_system, entry.external_attr = 3, 0o100755 << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        file.writestr(entry, program)
    return buffer.getvalue()


def packaged(template, architecture):
    """As `sam build` leaves it: nothing is to be built, and each CodeUri is an archive beside the template."""
    template = re.sub(r"^ *Metadata: \{BuildMethod: rust-cargolambda.*\n", "", template, flags=re.M)
    template, found = re.subn(r"^( *CodeUri: )(?:\.\./)?functions/(\w+)$", r"\1\2.zip", template, flags=re.M)
    template, chosen = re.subn(r"(^  Architecture:\n    Type: String\n    Default: )\w+$", rf"\g<1>{architecture}", template, flags=re.M)
    if not found or chosen != 1 or "rust-cargolambda" in template:
        sys.exit("the template is not written as it was")
    return template


if __name__ == "__main__":
    main(*sys.argv[1:])
