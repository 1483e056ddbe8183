"""Tests of the scripts of ./dev bench that need no engine. bench_scripts_test runs them."""

import contextlib
import io
import sys
import tempfile
import unittest
import xml.etree.ElementTree
from argparse import Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import contestants  # noqa: E402
import document  # noqa: E402
import environments  # noqa: E402
import picture_parts  # noqa: E402
import plots  # noqa: E402
import quality_texts  # noqa: E402
import rounds  # noqa: E402
import workers  # noqa: E402
from contestants import Contestant, Shape  # noqa: E402

MODEL = quality_texts.ROOT / "resources/demo-model"


class FakeMachine:
    """Each look is faster than the last one."""

    def __init__(self):
        self.looks = 0

    def look(self, worker=None):
        if worker:
            return {"gigabytes_per_second": worker, "best_gigabytes_per_second": worker, "float32_gigaflops": worker,
                    "int8_gigaops": 0}
        self.looks += 1
        return {"gigabytes_per_second": 10.0 * self.looks, "best_gigabytes_per_second": 20.0 * self.looks,
                "float32_gigaflops": 100.0, "int8_gigaops": 400.0}


class Rounds(unittest.TestCase):
    def test_first_sample_is_kept_apart(self):
        figures = iter([1.0, 10.0, 2.0, 20.0, 4.0, 40.0, 3.0, 30.0])
        order = []

        def measure(name):
            order.append(name)
            return next(figures), {"context": 7}

        samples = rounds.take_turns(FakeMachine(), ["a", "b"], measure, 3)
        self.assertEqual(order, ["a", "b"] * 4)
        self.assertEqual((samples["a"].first, samples["a"].median), (1.0, 3.0))
        self.assertEqual((samples["b"].first, samples["b"].median), (10.0, 30.0))
        self.assertEqual(samples["a"].detail, {"context": 7})

    def test_without_a_first_sample(self):
        samples = rounds.take_turns(FakeMachine(), ["a"], lambda name: (2.0, {}), 1, apart=False)
        self.assertEqual((samples["a"].first, samples["a"].values, samples["a"].bandwidth), (0, [2.0], [15.0]))

    def test_limit_is_that_of_before_and_after(self):
        samples = rounds.take_turns(FakeMachine(), ["a"], lambda name: (2.0, {}), 1)
        self.assertEqual(samples["a"].bandwidth, [25.0])  # looks 2 and 3; look 1 and 2 were beside the first sample
        self.assertAlmostEqual(samples["a"].share_of_bandwidth(10e9), 0.8)
        self.assertAlmostEqual(samples["a"].share_of_bandwidth(10e9, best=True), 0.4)
        self.assertAlmostEqual(samples["a"].share_of_gigaflops(25e9), 0.5)
        self.assertAlmostEqual(samples["a"].share_of_int8(25e9), 0.125)

    def test_who_can_looks_for_itself(self):
        samples = rounds.take_turns(FakeMachine(), ["a", "b"], lambda name: (2.0, {}), 2, apart=False, selves={"b": 7.0})
        self.assertEqual(samples["a"].bandwidth, [15.0, 35.0])  # a look of its own before each: b's is not one of the machine
        self.assertEqual(samples["b"].bandwidth, [7.0, 7.0])
        self.assertIsNone(samples["b"].share_of_int8(25e9))  # its looks do not know that limit


class Encoders(unittest.TestCase):
    def test_one_of_each_kind(self):
        def contestant(name, engine, missing=""):
            return Contestant(name, engine, 0, None, [], missing)

        every = [contestant("Sightline bf16", "sightline"), contestant("Sightline int8", "sightline"),
                 contestant("Sightline int4", "sightline"), contestant("llama.cpp Q4_K_M", "llama.cpp"),
                 contestant("llama.cpp Q8_0", "llama.cpp"), contestant("OpenVINO int4", "openvino", "not asked for")]
        self.assertEqual([each.name for each in picture_parts.sees_alike(every)],
                         ["Sightline bf16", "Sightline int4", "llama.cpp Q4_K_M", "OpenVINO int4"])


class Document(unittest.TestCase):
    text = "head\n<!-- bench:a -->\nold\n<!-- /bench:a -->\nmiddle\n<!-- bench:b -->\n<!-- /bench:b -->\ntail\n"

    def test_only_its_own_place_changes(self):
        changed = document.put(self.text, "a", "new\n")
        self.assertEqual(changed, self.text.replace("old", "new"))
        self.assertEqual(document.put(changed, "a", "old"), self.text)

    def test_no_place_is_an_error(self):
        for name, text in (("c", self.text), ("a", self.text + self.text), ("a", "<!-- /bench:a --><!-- bench:a -->")):
            with self.assertRaisesRegex(ValueError, "no place for"):
                document.put(text, name, "new")

    def test_the_document_has_all_places(self):
        text = (quality_texts.ROOT / "docs/performance.md").read_text()
        import parts
        for name in [*parts.ALL, "quality"]:
            document.put(text, name, "new")

    def test_table(self):
        self.assertEqual(document.table(["a", "b"], [[1, None]]), "| a | b |\n|---|---|\n| 1 | not measured |")
        with self.assertRaises(ValueError):
            document.table(["a", "b"], [[1]])

    def test_figures(self):
        self.assertEqual([document.figure(value) for value in (None, 0, 0.123, 9.876, 12.34, 1234.5)],
                         ["not measured", "0", "0.12", "9.88", "12.3", "1,234"])


class Plots(unittest.TestCase):
    def test_steps(self):
        self.assertAlmostEqual(plots.nice_step(42), 10)
        self.assertAlmostEqual(plots.nice_step(5), 1)
        self.assertAlmostEqual(plots.nice_step(0.06), 0.02)

    def test_chart_is_xml_and_has_gaps(self):
        chart = plots.line_chart("a < b", [1, 2], {"x & y": [1.0, None], "z": [None, None]})
        root = xml.etree.ElementTree.fromstring(chart)
        self.assertEqual(len(root.findall("{*}circle")), 1)
        self.assertIn("z (not measured)", "".join(root.itertext()))
        with self.assertRaises(ValueError):
            plots.line_chart("", [1], {"x": [None]})


class Shapes(unittest.TestCase):
    def test_demo_model(self):
        shape = Shape.of(MODEL)
        # 4 layers of (q and o 256 x 256, k and v 128 x 256, three of 640 x 256), and the head of 528.
        self.assertEqual(shape.matrix_weights, 4 * 256 * (2 * 256 + 2 * 128 + 3 * 640) + 528 * 256)
        self.assertEqual(shape.cache_values, 4 * 2 * 2 * 64)  # layers, K and V, heads, width
        self.assertEqual(shape.value_weights, 4 * 128 * 256)

    def test_operations_of_a_prefill(self):
        layers = 4 * 256 * (2 * 256 + 2 * 128 + 3 * 640)
        # The head for the last token only; four layers of four heads of 64 attend to 1, 2 and 3 tokens, twice each.
        self.assertEqual(Shape.of(MODEL).prefill_operations(3), 2 * (3 * layers + 528 * 256) + 2 * 2 * (1 + 2 + 3) * 4 * 4 * 64)

    def test_kernels_of_another_processor(self):
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "program"
            program.write_text("#!/bin/sh\necho \"{\\\"most\\\": \\\"$SIGHTLINE_PROCESSOR\\\"}\"\n")
            program.chmod(0o755)
            options = Namespace(model=MODEL, program=program, threads=1, packed=MODEL)
            with contestants.sightline(options, "int4", "avx2").start() as worker:
                self.assertEqual(worker.facts, {"most": "avx2"})

    def test_weights_that_are_read(self):
        options = Namespace(model=MODEL, program="", threads=1, packed=MODEL)
        read = {name: contestants.sightline(options, name).weight_bytes for name in contestants.BYTES_OF_A_WEIGHT}
        shape = Shape.of(MODEL)
        self.assertEqual(read["bf16"], 2 * shape.matrix_weights)
        self.assertEqual(read["int8"], shape.matrix_weights * 34 // 32)
        self.assertEqual(read["int4"], (shape.matrix_weights * 18 + shape.value_weights * (34 - 18)) // 32)


class Workers(unittest.TestCase):
    def test_orders_are_answered(self):
        script = "import sys; print('{\"ready\": 1}', flush=True)\nfor line in sys.stdin: print(line.strip(), flush=True)"
        with workers.Worker("echo", [sys.executable, "-c", script]) as worker:
            self.assertEqual(worker.facts, {"ready": 1})
            self.assertEqual(worker.ask(do="x"), {"do": "x"})
            with self.assertRaisesRegex(workers.Failed, "echo: too much"):
                worker.ask(error="too much")

    def test_an_end_is_said_in_its_own_words(self):
        with self.assertRaisesRegex(workers.Failed, "^w ended: no such model$"):
            workers.Worker("w", [sys.executable, "-c", "import sys; sys.exit('no such model')"])


class Environments(unittest.TestCase):
    def test_a_failure_is_one_sentence(self):
        with tempfile.TemporaryDirectory() as folder:
            requirements = Path(folder) / "wanted.txt"
            requirements.write_text("sightline-no-such-package==1\n--no-index\n")
            with contextlib.redirect_stderr(io.StringIO()):
                with self.assertRaisesRegex(environments.Missing, "python.* failed .*sightline-no-such-package"):
                    environments.python_of(Path(folder) / "e", requirements)


class Texts(unittest.TestCase):
    def test_lines_are_short_and_different(self):
        lines = quality_texts.known_lines()
        self.assertGreater(len(lines), 80)
        self.assertEqual(len(lines), len(set(lines)))
        self.assertTrue(all(8 <= len(line) <= quality_texts.LONGEST and line.isascii() for line in lines))

    def test_golden_texts(self):
        with tempfile.TemporaryDirectory() as folder:
            model = quality_texts.golden_texts(quality_texts.ROOT / "tests/data/golden", Path(folder))
            self.assertTrue((model / "config.json").is_file())
            import json
            texts = json.loads((Path(folder) / "texts.json").read_text())
            self.assertEqual([text["name"] for text in texts], ["text_unicode", "text_tools", "image_photo", "turns_images"])
            self.assertTrue(all(len(text["reply_ids"]) == 32 for text in texts))


if __name__ == "__main__":
    unittest.main()
