"""The configuration and the extension of a release, made of conf/ and the bundle.

configuration.py VERSION DIR MOMENT   addin-zeromq-VERSION-conf/ and -extension/ in DIR, and a zip of each

In conf/ the template is empty; here it gets the bundle that stands in DIR. The extension has the same modules under
names that an application's own cannot have: Задания and Тесты are ZeroMQ_Задания and ZeroMQ_Тесты there.
"""

import re
import shutil
import sys
import uuid
from pathlib import Path

import bundle

CONF = Path(__file__).resolve().parents[2] / "conf"
TEMPLATE = "CommonTemplates/ZeroMQ/Ext/Template.bin"
BOM = b"\xef\xbb\xbf"
# Ids of the extension's objects follow from those of conf/, so that a later release has the same.
EXTENSION = uuid.UUID("6b1c2a57-6f0e-4c7b-9a60-0f6c7f0c6f6a")
PREFIX = "ZeroMQ_"
RENAMED = {"Задания": f"{PREFIX}Задания", "Тесты": f"{PREFIX}Тесты"}
ROLE = f"{PREFIX}Основная"


def sources():
    """The files of conf/ by their path in it, without what is for readers of the repository."""
    files = {path.relative_to(CONF).as_posix(): path.read_bytes() for path in sorted(CONF.rglob("*")) if path.is_file()}
    return {name: data for name, data in files.items() if not name.endswith(".md")}


def text_of(data):
    return data.decode("utf-8-sig").replace("\r\n", "\n")


def data_of(text):
    return BOM + text.replace("\n", "\r\n").encode()


def configuration(version, archive):
    files = sources()
    written = f"<Version>{bundle.four_numbers(version)}</Version>"
    root = text_of(files["Configuration.xml"])
    if written not in root:
        raise SystemExit(f"configuration: conf/Configuration.xml is of another version than {written}")
    return files | {TEMPLATE: archive}


def renamed_code(text):
    """Modules and the data processor are named in strings and after `Обработки.`; a variable may be named as a module is."""
    text = re.sub(r'"Задания\.', f'"{RENAMED["Задания"]}.', text)
    return re.sub(r"\bОбработки\.Тесты\b", f"Обработки.{RENAMED['Тесты']}", text)


def renamed_description(text):
    text = re.sub(r"(>|DataProcessor\w*\.)(Задания|Тесты)(?=[<.\"])", lambda found: found[1] + RENAMED[found[2]], text)
    return re.sub(r'((?:uuid="|<xr:(?:TypeId|ValueId|ObjectId)>))([0-9a-f-]{36})', own_id, text)


def own_id(found):
    return found[1] + str(uuid.uuid5(EXTENSION, found[2]))


def extension(files):
    """Of the configuration's files those of an extension."""
    made = {}
    for name, data in files.items():
        if name == "Configuration.xml":
            made[name] = data_of(extension_root(text_of(data)))
        elif name.startswith("Languages/"):
            made[name] = data_of(adopted_language(text_of(data)))
        elif name.startswith("Ext/"):
            continue  # the start page is the application's
        else:
            path = re.sub(r"(?<=/)(Задания|Тесты)(?=[/.])", lambda found: RENAMED[found[1]], name)
            rename = renamed_code if name.endswith(".bsl") else renamed_description
            made[path] = data if name == TEMPLATE else data_of(rename(text_of(data)))
    made[f"Roles/{ROLE}.xml"] = data_of(role(text_of(files["Configuration.xml"])))
    made[f"Roles/{ROLE}/Ext/Rights.xml"] = data_of(RIGHTS)
    return made


def part(text, name):
    """An element of the configuration's properties, with its margin."""
    return re.search(rf"\t\t\t<{name}(?:/>|>.*?</{name}>)\n", text, re.S)[0]


def extension_root(text):
    text = renamed_description(text)
    head = text[: text.index("\t\t<Properties>\n")]
    children = text[text.index("\t\t<ChildObjects>\n") :]
    children = children.replace("\t\t\t<CommonTemplate>", f"\t\t\t<Role>{ROLE}</Role>\n\t\t\t<CommonTemplate>", 1)
    properties = [
        "\t\t\t<ObjectBelonging>Adopted</ObjectBelonging>\n",
        part(text, "Name"),
        part(text, "Synonym"),
        part(text, "Comment"),
        "\t\t\t<ConfigurationExtensionPurpose>AddOn</ConfigurationExtensionPurpose>\n",
        # The application's language is found by its name.
        "\t\t\t<KeepMappingToExtendedConfigurationObjectsByIDs>false</KeepMappingToExtendedConfigurationObjectsByIDs>\n",
        f"\t\t\t<NamePrefix>{PREFIX}</NamePrefix>\n",
        # Run mode, interface, language: what an extension says of them must be what the application has, so it says nothing.
        *(part(text, name) for name in ("ConfigurationExtensionCompatibilityMode", "ScriptVariant")),
        f'\t\t\t<DefaultRoles>\n\t\t\t\t<xr:Item xsi:type="xr:MDObjectRef">Role.{ROLE}</xr:Item>\n\t\t\t</DefaultRoles>\n',
        *(part(text, name) for name in ("Vendor", "Version", "BriefInformation", "DetailedInformation", "Copyright")),
        *(part(text, name) for name in ("VendorInformationAddress", "ConfigurationInformationAddress")),
    ]
    return f"{head}\t\t<Properties>\n{''.join(properties)}\t\t</Properties>\n{children}"


def adopted_language(text):
    text = renamed_description(text)
    text = text.replace("\t\t<Properties>\n", "\t\t<InternalInfo/>\n\t\t<Properties>\n\t\t\t<ObjectBelonging>Adopted</ObjectBelonging>\n", 1)
    # No ExtendedConfigurationObject: the application's id is unknown, and an id that is not there switches the extension off.
    return text.replace(part(text, "Synonym"), "", 1)


def role(root):
    head = root[: root.index("\t<Configuration ")]
    own = uuid.uuid5(EXTENSION, ROLE)
    return (
        f'{head}\t<Role uuid="{own}">\n\t\t<Properties>\n\t\t\t<Name>{ROLE}</Name>\n\t\t\t<Synonym/>\n\t\t\t<Comment/>\n'
        "\t\t</Properties>\n\t</Role>\n</MetaDataObject>"
    )


RIGHTS = f"""<?xml version="1.0" encoding="UTF-8"?>
<Rights xmlns="http://v8.1c.ru/8.2/roles" xmlns:xs="http://www.w3.org/2001/XMLSchema" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Rights" version="2.16">
	<setForNewObjects>false</setForNewObjects>
	<setForAttributesByDefault>true</setForAttributesByDefault>
	<independentRightsOfChildObjects>false</independentRightsOfChildObjects>
	<object>
		<name>DataProcessor.{RENAMED["Тесты"]}</name>
		<right>
			<name>Use</name>
			<value>true</value>
		</right>
		<right>
			<name>View</name>
			<value>true</value>
		</right>
	</object>
</Rights>"""


def write(folder, files, moment):
    """A folder to load, and a zip of it."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    bundle.write_zip(folder.with_name(folder.name + ".zip"), sorted(files.items()), moment)


def pack(version, folder, moment):
    folder = Path(folder)
    files = configuration(version, (folder / f"addin-zeromq-{version}.zip").read_bytes())
    for name, made in [("conf", files), ("extension", extension(files))]:
        told = list(faults(made))
        if told:
            raise SystemExit("\n".join(f"configuration: {name}: {fault}" for fault in told))
        write(folder / f"addin-zeromq-{version}-{name}", made, moment)


def faults(files):
    """What a platform would not load, a line each."""
    identifiers, listed = {}, set()
    for name, data in files.items():
        if not name.endswith((".xml", ".bsl")):
            continue
        if not data.startswith(BOM):
            yield f"{name} does not begin with a BOM"
        text = data.decode("utf-8-sig")
        if text.count("\n") != text.count("\r\n"):
            yield f"{name} has lines that end in LF alone"
        if not name.endswith(".xml"):
            continue
        versions = set(re.findall(r'<(?:MetaDataObject|Form|HomePageWorkArea|Rights) [^>]*?version="([\d.]+)"', text))
        if versions != {"2.16"}:
            yield f"{name} is of the dump's version {versions or 'none'}, not 2.16"
        for found in re.findall(r'(?:uuid="|<xr:(?:TypeId|ValueId|ObjectId)>)([0-9a-f-]{36})', text):
            if found in identifiers:
                yield f"{name} has the id {found} of {identifiers[found]}"
            identifiers[found] = name
        own = re.search(r"<Properties>\s*(?:<ObjectBelonging>\w+</ObjectBelonging>\s*)?<Name>([^<]+)", text)
        if own and name != "Configuration.xml" and own[1] != Path(name).stem:
            yield f"{name} describes {own[1]}"
    for kind, child in re.findall(r"<(\w+)>([^<]+)</\1>", children(text_of(files["Configuration.xml"]))):
        listed.add(f"{kind}s/{child}.xml")
    there = {name for name in files if name.endswith(".xml") and name.count("/") == 1 and not name.startswith("Ext/")}
    yield from (f"{name} is named and not there" for name in sorted(listed - there))
    yield from (f"{name} is there and not named" for name in sorted(there - listed))


def children(text):
    return text[text.index("<ChildObjects>") :]


if __name__ == "__main__":
    pack(*sys.argv[1:])
