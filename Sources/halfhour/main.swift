print("halfhour")
