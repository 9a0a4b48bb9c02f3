"""scikit-learn's one-against-all on the rows of two svmlight files: after each line of standard input one fit, and a line with its seconds and test accuracy."""
import sys
import time

from sklearn import __version__
from sklearn.datasets import load_svmlight_files
from sklearn.linear_model import SGDClassifier

x, y, x_test, y_test = load_svmlight_files(sys.argv[1:3])
print(__version__, flush=True)
for seed, _ in enumerate(sys.stdin):
    model = SGDClassifier(loss="log_loss", alpha=1e-6, max_iter=10, tol=None, n_jobs=2, random_state=seed)
    start = time.perf_counter()
    model.fit(x, y)
    print(time.perf_counter() - start, model.score(x_test, y_test), flush=True)
