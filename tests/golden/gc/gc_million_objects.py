class A:
    def __init__(self, n): self.next = n
head = None
for i in range(300000):
    head = A(head)
del head
print("freed")  # expect: freed
