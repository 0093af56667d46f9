# SPDX-License-Identifier: MIT
"""Counts the points of a square grid that stay in the Mandelbrot set for 50 turns."""
from _copies import main


def mandelbrot(size):
    inside = 0
    for row in range(size):
        ci = 2.0 * row / size - 1.0
        for column in range(size):
            cr = 2.0 * column / size - 1.5
            zr = zi = 0.0
            turn = 0
            while turn < 50:
                r2 = zr * zr
                i2 = zi * zi
                if r2 + i2 > 4.0:
                    break
                zi = 2.0 * zr * zi + ci
                zr = r2 - i2 + cr
                turn += 1
            else:
                inside += 1
    return inside


if __name__ == "__main__":
    main("mandelbrot", mandelbrot, 600)
