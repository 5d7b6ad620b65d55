"""Photos whose objects people outlined: how much of the evidence lies on them."""
