z = 3 + 4j
print(z, abs(z), z.real, z.imag, z.conjugate(), -z, z * z, z / (1 - 1j), z ** 2)
print(complex(1, 2), complex("1+2j"), complex(), 1j * 1j, repr(-0j), complex("-j"))
print(z == 3 + 4j, z != 1, bool(0j), hash(1 + 0j) == hash(1), 0j + 1)

# expect: (3+4j) 5.0 3.0 4.0 (3-4j) (-3-4j) (-7+24j) (-0.5+3.5j) (-7+24j)
# expect: (1+2j) (1+2j) 0j (-1+0j) (-0-0j) -1j
# expect: True True False True (1+0j)
