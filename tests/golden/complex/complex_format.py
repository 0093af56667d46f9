print(f"{3+4j:.2f} {3+4j} {1j!r} {0.5-1j:>20}")  # expect: 3.00+4.00j (3+4j) 1j             (0.5-1j)
print(complex(float("inf"), float("nan")), complex(0.0, -0.0))  # expect: (inf+nanj) -0j
