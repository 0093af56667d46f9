"""configparser keeps section names in a subclass of str with __slots__."""
import configparser

parser = configparser.ConfigParser()
parser.read_string("[a]\nb = 1\nc = %(b)s2\n[d]\n")
print(parser["a"]["c"], parser.sections(), parser.getint("a", "b"))
try:
    parser.read_string("no section\n")
except configparser.MissingSectionHeaderError as e:
    print(str(e).splitlines()[0])

# expect: 12 ['a', 'd'] 1
# expect: File contains no section headers.
