# SPDX-License-Identifier: MIT
"""Moves the sun and four planets by a symplectic step; the result is the energy in picounits."""
from _copies import main

DAYS = 365.24


class Body:
    def __init__(self, x, y, z, vx, vy, vz, mass):
        self.x, self.y, self.z = x, y, z
        self.vx, self.vy, self.vz = vx * DAYS, vy * DAYS, vz * DAYS
        self.mass = mass * 39.47841760435743


def system():
    bodies = [
        Body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
        Body(4.841, -1.160, -0.1036, 0.001660, 0.007699, -0.0000690, 0.0009548),
        Body(8.343, 4.125, -0.4035, -0.002767, 0.004998, 0.0000230, 0.0002858),
        Body(12.894, -15.111, -0.2233, 0.002964, 0.002378, -0.0000296, 0.00004366),
        Body(15.380, -25.919, 0.1793, 0.002680, 0.001628, -0.0000951, 0.00005151),
    ]
    px = py = pz = 0.0
    for b in bodies:
        px += b.vx * b.mass
        py += b.vy * b.mass
        pz += b.vz * b.mass
    sun = bodies[0]
    sun.vx, sun.vy, sun.vz = -px / sun.mass, -py / sun.mass, -pz / sun.mass
    return bodies


def advance(pairs, bodies, dt):
    for a, b in pairs:
        dx = a.x - b.x
        dy = a.y - b.y
        dz = a.z - b.z
        mag = dt * (dx * dx + dy * dy + dz * dz) ** -1.5
        am = a.mass * mag
        bm = b.mass * mag
        a.vx -= dx * bm
        a.vy -= dy * bm
        a.vz -= dz * bm
        b.vx += dx * am
        b.vy += dy * am
        b.vz += dz * am
    for b in bodies:
        b.x += dt * b.vx
        b.y += dt * b.vy
        b.z += dt * b.vz


def energy(pairs, bodies):
    e = 0.0
    for b in bodies:
        e += 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz)
    for a, b in pairs:
        d = ((a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2) ** 0.5
        e -= a.mass * b.mass / d
    return e


def nbody(steps):
    bodies = system()
    pairs = [(bodies[i], bodies[j]) for i in range(5) for j in range(i + 1, 5)]
    for _ in range(steps):
        advance(pairs, bodies, 0.01)
    return round(energy(pairs, bodies) * 1e12)


if __name__ == "__main__":
    main("nbody", nbody, 250_000)
