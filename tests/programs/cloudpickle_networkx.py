# cloudpickle writes functions and classes by value; networkx searches, matches and colours graphs, in several threads at once.
# timeout: 300
# may-skip: packages from the network
import _install

_install.use()

import pickle
from concurrent.futures import ThreadPoolExecutor

import cloudpickle
import networkx as nx

OFFSET = 10


def outer(a):
    def inner(b, *more, k=3):
        try:
            return [a + b + sum(more) + k + OFFSET for _ in range(2)]
        finally:
            pass
    return inner


class Shape:
    sides = 4

    def __init__(self, name):
        self.name = name

    def text(self):
        return "%s with %d sides, %s" % (self.name, self.sides, __class__.__name__)


def generated(n):
    for i in range(n):
        yield i, (lambda: i * i)()


data = cloudpickle.dumps((outer(1), Shape("square"), generated))
del outer, Shape, generated
f, shape, g = pickle.loads(data)
print(f(1, 2), shape.text(), list(g(3)), sep="; ")  # expect: [17, 17]; square with 4 sides, Shape; [(0, 0), (1, 1), (2, 4)]


def look(seed):
    g = nx.gnp_random_graph(60, 0.15, seed=seed)
    for i, (u, v) in enumerate(g.edges):
        g[u][v]["weight"] = i % 7 + 1
    matching = nx.max_weight_matching(g, maxcardinality=True)
    colours = nx.greedy_color(g)
    return (len(matching), nx.is_matching(g, matching), len(nx.minimum_spanning_tree(g).edges), nx.shortest_path_length(g, 0, 59), nx.number_connected_components(g),
            all(colours[u] != colours[v] for u, v in g.edges))


alone = [look(seed) for seed in range(4)]
with ThreadPoolExecutor(4) as pool:
    print(list(pool.map(look, list(range(4)) * 2)) == alone * 2)  # expect: True
print(alone[0][1], nx.max_weight_matching(nx.path_graph(4)) in ({(0, 1), (2, 3)}, {(1, 0), (3, 2)}, {(1, 0), (2, 3)}, {(0, 1), (3, 2)}))  # expect: True True
