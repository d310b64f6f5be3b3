"""The seeds of a run: one that never changes, and a fresh one that `--seed` repeats."""

import os
import random

FIXED_SEED = 20_260
FRESH_SEED = int(os.environ.get("YIHU_SEED") or random.SystemRandom().randint(1, 99_999))
