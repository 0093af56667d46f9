print(list[int], list[int, str], list[list[int]].__args__, list[int].__origin__)

# expect: list[int] list[int, str] (list[int],) <class 'list'>
