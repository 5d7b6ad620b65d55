"""Fine-tuning in the background: a process of its own, what it costs, and the job around it."""
