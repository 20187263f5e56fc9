def coverage_problems(c): return []
