"""What people start: input and output, scheduling, progress, exit codes."""
