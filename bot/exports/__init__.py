"""What `huying export` writes, and the documents of the console: one room each."""
