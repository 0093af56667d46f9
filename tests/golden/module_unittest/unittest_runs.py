import unittest, io
class T(unittest.TestCase):
    def setUp(self): self.x = 1
    def test_a(self): self.assertEqual(self.x, 1)
    def test_b(self):
        with self.assertRaises(ZeroDivisionError): 1 / 0
    @unittest.skip("why")
    def test_c(self): pass
    def test_d(self):
        for i in range(3):
            with self.subTest(i=i): self.assertLess(i, 5)
    def test_e(self): self.assertEqual([1, 2], [1, 3])
r = unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(T))
print(r.testsRun, len(r.failures), len(r.errors), len(r.skipped), r.wasSuccessful())
print(r.failures[0][1].splitlines()[-1] == "", [l for l in r.failures[0][1].splitlines() if "differ" in l])

# expect: 5 1 0 1 False
# expect: True ['AssertionError: Lists differ: [1, 2] != [1, 3]', 'First differing element 1:']
