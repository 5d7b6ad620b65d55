"""What was recorded about the ways to teach a network, and the bench that measures it."""
