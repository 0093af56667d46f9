n = "x"
print("a" f"{n}" "b" rf"\{n}" f"\x41{n}\n".strip(), f"", f"{n}" f"{n}")  # expect: axb\xAx  xx
