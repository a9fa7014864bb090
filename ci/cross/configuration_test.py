"""What the packing makes of conf/: a configuration and an extension that hold the bundle. ci/test runs this."""

import re
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path
from xml.etree import ElementTree

sys.dont_write_bytecode = True
import bundle
import configuration

VERSION = (configuration.CONF.parent / "Cargo.toml").read_text().split('version = "')[1].split('"')[0]
NOVEMBER = 1795957964
ARCHIVE = b"PK the bundle"


class Packing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.conf = configuration.configuration(VERSION, ARCHIVE)
        cls.extension = configuration.extension(cls.conf)

    def test_both_have_nothing_that_a_platform_would_refuse(self):
        for files in (self.conf, self.extension):
            self.assertEqual(list(configuration.faults(files)), [])
            self.assertEqual(files[configuration.TEMPLATE], ARCHIVE)
            for name, data in files.items():
                if name.endswith(".xml"):
                    ElementTree.fromstring(data.decode("utf-8-sig"))

    def test_each_fault_is_found(self):
        root = self.conf["Configuration.xml"]
        module = "CommonModules/ZeroMQ.xml"
        one = re.search(rb'uuid="([0-9a-f-]{36})"', root)[1]
        for name, data, sign in [
            (module, self.conf[module][3:], "BOM"),
            (module, self.conf[module].replace(b"\r\n", b"\n", 1), "LF alone"),
            (module, self.conf[module].replace(b'version="2.16"', b'version="2.17"'), "not 2.16"),
            (module, re.sub(rb'uuid="[^"]+', b'uuid="' + one, self.conf[module]), "has the id"),
            (module, self.conf[module].replace(b"<Name>ZeroMQ<", b"<Name>Zero<"), "describes Zero"),
            ("Configuration.xml", root.replace("<CommonModule>Задания</CommonModule>".encode(), b""), "not named"),
            ("Configuration.xml", root.replace("<Language>Русский".encode(), "<Language>Чужой".encode()), "not there"),
        ]:
            told = "\n".join(configuration.faults(self.conf | {name: data}))
            self.assertIn(sign, told)
        with self.assertRaises(SystemExit):
            configuration.configuration("9.9.9", ARCHIVE)

    def test_the_extension_shares_no_id_and_no_common_name_with_the_configuration(self):
        ids = [set(re.findall(r'uuid="([^"]+)', "".join(map(configuration.text_of, texts(files))))) for files in (self.conf, self.extension)]
        self.assertGreater(len(ids[1]), 7)
        self.assertFalse(ids[0] & ids[1])
        whole = "\n".join(configuration.text_of(data) for data in texts(self.extension))
        for old in ('"Задания.', "Обработки.Тесты.", "DataProcessor.Тесты", "DataProcessorObject.Тесты", ">Задания<", ">Тесты<"):
            self.assertNotIn(old, whole)
        for new in ('"ZeroMQ_Задания."', "Обработки.ZeroMQ_Тесты.", "DataProcessor.ZeroMQ_Тесты.Form"):
            self.assertIn(new, whole)
        self.assertIn("DataProcessors/ZeroMQ_Тесты/Forms/Форма/Ext/Form.xml", self.extension)

    def test_the_language_of_the_application_is_found_by_its_name_alone(self):
        language = configuration.text_of(self.extension["Languages/Русский.xml"])
        self.assertIn("<ObjectBelonging>Adopted</ObjectBelonging>", language)
        self.assertIn("<Name>Русский</Name>", language)
        self.assertNotIn("ExtendedConfigurationObject", language)
        for data in texts(self.extension):
            self.assertNotIn("00000000-0000-0000-0000-000000000000", configuration.text_of(data))

    def test_the_modules_of_both_differ_by_those_names_only(self):
        count = 0
        for name, data in self.conf.items():
            if name.endswith(".bsl"):
                path = name.replace("/Задания/", "/ZeroMQ_Задания/").replace("/Тесты/", "/ZeroMQ_Тесты/")
                self.assertEqual(self.extension[path].decode().replace("ZeroMQ_", ""), data.decode())
                count += 1
        self.assertGreaterEqual(count, 5)

    def test_the_form_and_its_commands_go_together(self):
        form = configuration.text_of(self.conf["DataProcessors/Тесты/Forms/Форма/Ext/Form.xml"])
        module = configuration.text_of(self.conf["DataProcessors/Тесты/Forms/Форма/Ext/Form/Module.bsl"])
        tests = configuration.text_of(self.conf["DataProcessors/Тесты/Ext/ObjectModule.bsl"])
        listed = re.findall(r'"Имя, Количество", "(\w+)"', tests)
        commands = re.findall(r'<Command name="(\w+)" id="\d+">.*?<Action>(\w+)</Action>', form, re.S)
        self.assertEqual([name for name, action in commands if action == "ВыполнитьТест"], listed)
        self.assertEqual(set(re.findall(r"Form\.Command\.(\w+)", form)), {name for name, _ in commands})
        for _, action in commands:
            self.assertRegex(module, rf"&НаКлиенте\nПроцедура {action}\(Команда\)")
        for name in listed:
            self.assertRegex(tests, rf"\nФункция {name}\(.*\) Экспорт\n")
            self.assertIn(f'Имя = "{name}" Тогда', tests)
        self.assertEqual(len(listed), len(re.findall(r"\nФункция Тест\w+\(.*\) Экспорт\n", tests)))
        for space in (r'<(?:InputField|Button|UsualGroup|ContextMenu|ExtendedTooltip) name="\w+" id="(\d+)"', r'<Attribute name="\w+" id="(\d+)"', r'<Command name="\w+" id="(\d+)"'):
            ids = re.findall(space, form)
            self.assertEqual(len(ids), len(set(ids)))

    def test_the_packed_folders_and_their_zips_are_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / f"addin-zeromq-{VERSION}.zip"
            archive.write_bytes(ARCHIVE)
            configuration.pack(VERSION, folder, NOVEMBER)
            first = {}
            for name in ("conf", "extension"):
                loadable = Path(folder) / f"addin-zeromq-{VERSION}-{name}"
                first[name] = loadable.with_name(loadable.name + ".zip").read_bytes()
                with zipfile.ZipFile(loadable.with_name(loadable.name + ".zip")) as packed:
                    for entry in packed.infolist():
                        self.assertEqual(packed.read(entry), (loadable / entry.filename).read_bytes())
                        self.assertEqual(entry.date_time, bundle.stamp(NOVEMBER))
                    files = {path.relative_to(loadable).as_posix() for path in loadable.rglob("*") if path.is_file()}
                    self.assertEqual(set(packed.namelist()), files)
                self.assertEqual((loadable / configuration.TEMPLATE).read_bytes(), ARCHIVE)
            configuration.pack(VERSION, folder, NOVEMBER)
            for name, data in first.items():
                self.assertEqual((Path(folder) / f"addin-zeromq-{VERSION}-{name}.zip").read_bytes(), data)

    def test_what_stands_in_git_is_an_empty_archive(self):
        self.assertEqual((configuration.CONF / "CommonTemplates/ZeroMQ/Ext/Template.bin").read_bytes(), b"PK\5\6" + bytes(18))


def texts(files):
    return [data for name, data in files.items() if name.endswith((".xml", ".bsl"))]


if __name__ == "__main__":
    unittest.main()
