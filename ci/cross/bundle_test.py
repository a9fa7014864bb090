"""Two releases' bundles, read as the modules of БСП read them. ci/test runs this; it needs Python's own library only.

What БСП does stands in its modules ВнешниеКомпонентыСлужебный (РазобратьМанифестКомпоненты, РазобратьИнфоКомпоненты),
Справочник.ВнешниеКомпоненты (ЭтоУникальнаяКомпонента, ЭтоКомпонентаПоследнейВерсии) and ОбщегоНазначенияКлиентСервер
(СравнитьВерсии); Catalogue below is the same in Python.
"""

import base64
import hashlib
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path
from xml.etree import ElementTree

sys.dont_write_bytecode = True
import bundle
import pack

ROOT = Path(__file__).resolve().parents[2]
NOVEMBER = 1795957964
DAY = 86400


def read(path):
    """An item of БСП's catalogue, made from a bundle's file."""
    item = {}
    with zipfile.ZipFile(path) as packed:
        for entry in packed.infolist():
            if entry.filename.lower() == "manifest.xml":
                item["ДатаВерсии"] = entry.date_time
                for component in ElementTree.fromstring(packed.read(entry)):
                    system, arch = component.get("os").lower(), component.get("arch").lower()
                    if component.get("type").lower() == "native" and arch in ("i386", "x86_64"):
                        item[f"{system}_{arch}"] = True
            elif entry.filename.lower() == "info.xml":
                for component in ElementTree.fromstring(packed.read(entry)).iter("component"):
                    progid = component.get("progid")
                    item["Идентификатор"] = progid[progid.find(".") + 1 :]
                    item["Версия"] = component.get("version")
    return item


def compare_versions(one, other):
    """СравнитьВерсии: four numbers, anything else is an exception."""
    one, other = (text.split(".") for text in (one, other))
    if len(one) != 4 or len(other) != 4:
        raise ValueError("неправильный формат версии")
    return next((int(a) - int(b) for a, b in zip(one, other) if a != b), 0)


class Catalogue:
    """Справочник.ВнешниеКомпоненты."""

    def __init__(self):
        self.items = []

    def write(self, item):
        for other in self.items:
            if (other["Идентификатор"], other["ДатаВерсии"]) == (item["Идентификатор"], item["ДатаВерсии"]):
                raise ValueError("Компонента с таким идентификатором и датой уже существует в приложении")
        self.items.append(item)

    def newest(self):
        return max(self.items, key=lambda item: item["ДатаВерсии"])


class Bundles(unittest.TestCase):
    def setUp(self):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = Path(kept.name)

    def made(self, version, moment, folder="one"):
        folder = self.folder / folder
        folder.mkdir(exist_ok=True)
        for label in bundle.COMPONENTS:
            suffix = "dll" if label.startswith("windows") else "so"
            (folder / f"addin-zeromq-{version}-{label}.{suffix}").write_bytes(f"{version} for {label}".encode() * 50)
        return bundle.pack(version, folder, moment)

    def faults(self, version, path, moment):
        return "\n".join(bundle.faults(version, path, moment))

    def test_two_releases_stand_side_by_side_and_the_later_is_the_newest(self):
        first, second = read(self.made("0.4.0", NOVEMBER)), read(self.made("0.4.1", NOVEMBER + DAY))
        self.assertGreater(compare_versions(second["Версия"], first["Версия"]), 0)
        self.assertGreater(compare_versions(first["Версия"], "0.3.0.0"), 0, "above the seed's")
        catalogue = Catalogue()
        catalogue.write(second)
        catalogue.write(first)
        self.assertEqual(catalogue.newest()["Версия"], "0.4.1.0")
        with self.assertRaises(ValueError):
            catalogue.write(first)
        for item in (first, second):
            systems = {name for name, value in item.items() if value is True}
            self.assertEqual(systems, {"windows_i386", "windows_x86_64", "linux_i386", "linux_x86_64"})

    def test_the_class_that_bsp_makes_is_offered(self):
        name = read(self.made("0.4.0", NOVEMBER))["Идентификатор"]
        record = (ROOT / "tests/recorded_api.txt").read_text()
        self.assertEqual(name, "ZeroMQ")
        self.assertIn(f"\n{name} registers {name}\n", record)

    def test_the_same_files_of_one_commit_give_the_same_bytes(self):
        one = self.made("0.4.0", NOVEMBER, "one").read_bytes()
        self.assertEqual(one, self.made("0.4.0", NOVEMBER, "two").read_bytes())
        self.assertNotEqual(one, self.made("0.4.0", NOVEMBER + 2, "two").read_bytes())

    def test_a_good_bundle_has_no_fault_and_each_spoiled_one_has(self):
        path = self.made("0.4.0", NOVEMBER)
        self.assertEqual(self.faults("0.4.0", path, NOVEMBER), "")
        self.assertIn("the commit of", self.faults("0.4.0", path, NOVEMBER + DAY))
        with zipfile.ZipFile(path) as packed:
            files = {name: packed.read(name) for name in packed.namelist()}
        library = "addin-zeromq-0.4.0-linux-i686.so"
        for name, old, new, sign in [
            ("INFO.XML", b"0.4.0.0", b"0.4.0", "is of version 0.4.0,"),
            ("INFO.XML", b"AddIn.ZeroMQ", b"AddIn.ZeroMQInfo", "does not describe"),
            ("INFO.XML", b'name="ZeroMQ"', b'name="Z"', "names it Z"),
            ("MANIFEST.XML", b"ARM64", b"aarch64", "does not go with"),
            ("MANIFEST.XML", b'type="native"', b'type="com"', "has type com"),
            (library, b"0.4.0", b"0.4.9", "another than the loose one"),
            ("1980", b"", b"", "1980"),
        ]:
            spoiled = {n: data.replace(old, new) if n == name else data for n, data in files.items()}
            bundle.write_zip(path, spoiled.items(), NOVEMBER if name != "1980" else 315532800)
            self.assertIn(sign, self.faults("0.4.0", path, NOVEMBER), (name, new))
        del files["INFO.XML"], files[library]
        bundle.write_zip(path, files.items(), NOVEMBER)
        told = self.faults("0.4.0", path, NOVEMBER)
        self.assertIn("has no INFO.XML", told)

    def test_checksums_are_of_both_kinds_and_not_of_themselves(self):
        path = self.made("0.4.0", NOVEMBER)
        for _ in range(2):
            pack.sums(path.parent)
        lines = (path.parent / "SHA1SUMS-BASE64").read_text().splitlines()
        sums = dict(reversed(line.split("  ")) for line in lines)
        self.assertEqual(len(sums), len(bundle.COMPONENTS) + 1)
        self.assertEqual(base64.b64decode(sums[path.name]), hashlib.sha1(path.read_bytes()).digest())
        self.assertEqual(len(sums[path.name]), 28)
        self.assertEqual((path.parent / "SHA256SUMS").read_text().count("\n"), len(sums))


class Project(unittest.TestCase):
    def test_the_version_is_the_change_logs_newest(self):
        manifest = (ROOT / "Cargo.toml").read_text()
        version = manifest.split('version = "')[1].split('"')[0]
        changes = subprocess.run([ROOT / "ci/changelog", version], capture_output=True, text=True, check=True).stdout
        self.assertIn("\n- ", changes)
        self.assertNotIn("\n## ", changes)
        self.assertNotEqual(subprocess.run([ROOT / "ci/changelog", "9.9.9"], capture_output=True).returncode, 0)

    def test_the_submodule_is_the_locked_libzmq(self):
        lock = dict(line.split(" = ") for line in (ROOT / "vendor/libzmq.lock").read_text().splitlines() if " = " in line)
        recorded = subprocess.run(["git", "ls-files", "-s", "vendor/libzmq"], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual(recorded.stdout.split()[:2], ["160000", lock["commit"].strip('"')])
        modules = (ROOT / ".gitmodules").read_text()
        self.assertIn("url = https://github.com/zeromq/libzmq.git", modules)


if __name__ == "__main__":
    unittest.main()
