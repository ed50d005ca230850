"""What the product can do on this machine, beside what the machine itself can do.

`make bench` measures both in the same run and prints ratios; see docs/performance.md.
"""
