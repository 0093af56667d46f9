class Text(str):
    def __del__(self):
        print("released")

it = iter(Text("a"))
print(list(it))  # expect: released
# expect: ['a']
print(list(it))  # expect: []
