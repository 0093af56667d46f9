x = 1 + \
    2
y = (1 +

     # comment

     2)
if x and \
   y: print(x, y)

# expect: 3 3
