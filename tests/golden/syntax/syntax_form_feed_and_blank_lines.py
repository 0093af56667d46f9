x = 1

  
	
print(x)  # comment

# last

# expect: 1
