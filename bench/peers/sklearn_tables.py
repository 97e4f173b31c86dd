"""scikit-learn on a table: fits a pipeline of preprocessing and one model on the training rows of a split, and scores it on the others.

The preprocessing is that of our side: numbers are standardized, missing ones become the median and get a column that says so;
categories get a column each, missing entries among them. Histogram gradient boosting takes categories and missing entries as they are.
"""

import json
import time

from serve import serve

RIDGES = [10 ** (power / 2) for power in range(-6, 11)]


class Tables:
    def prepare(self, task):
        import numpy as np
        import pandas as pd
        import sklearn
        from threadpoolctl import threadpool_limits

        self.limits = threadpool_limits(task["threads"])
        self.np = np
        self.task = task
        frame = pd.read_csv(task["csv"], keep_default_na=False, na_values=[""])
        y = frame.pop(task["target"])
        self.regression = task["task"] == "regression"
        self.y = y.to_numpy(float) if self.regression else np.unique(y.astype(str), return_inverse=True)[1]
        self.numbers = [c for c in frame if pd.api.types.is_numeric_dtype(frame[c]) and frame[c].dtype != bool]
        self.categories = [c for c in frame if c not in self.numbers]
        raw = task["model"] == "boosting"
        for c in self.categories:
            text = frame[c].map(str, na_action="ignore")
            frame[c] = text.astype("category") if raw else text.astype(object).fillna("missing")
        self.x = frame
        self.splits = json.loads(open(task["splits"]).read())
        train, test = (self.np.array(self.splits[0][part][: task["warmUpRows"]]) for part in ("train", "test"))
        self.fit(train, test, 0)
        return {"version": f"scikit-learn {sklearn.__version__} {task['label']}", "note": task["note"]}

    def run(self, options):
        index = options["split"]
        split = self.splits[index]
        return self.fit(self.np.array(split["train"]), self.np.array(split["test"]), index)

    def fit(self, train, test, seed):
        x, y = self.x.iloc[train], self.y[train]
        start = time.perf_counter()
        model = self.pipeline(seed)
        model.fit(x, y)
        milliseconds = (time.perf_counter() - start) * 1e3
        return {"milliseconds": milliseconds, "figures": {"score": self.score(model.predict(self.x.iloc[test]), self.y[test])}}

    def score(self, predicted, y):
        if not self.regression:
            return float((predicted == y).mean())
        return float(1 - ((y - predicted) ** 2).sum() / ((y - y.mean()) ** 2).sum())

    def pipeline(self, seed):
        from sklearn.compose import make_column_transformer
        from sklearn.impute import SimpleImputer
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import OneHotEncoder, StandardScaler

        if self.task["model"] == "boosting":
            return self.model(seed)
        numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
        categories = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        columns = make_column_transformer((numbers, self.numbers), (categories, self.categories))
        return make_pipeline(columns, self.model(seed))

    def model(self, seed):
        from sklearn import ensemble, linear_model, neural_network
        from sklearn.compose import TransformedTargetRegressor
        from sklearn.preprocessing import StandardScaler

        name = self.task["model"]
        if name == "linear" and self.regression:
            return linear_model.RidgeCV(RIDGES)
        if name == "linear":
            return linear_model.LogisticRegressionCV(max_iter=1000)
        if name == "boosting":
            boosting = ensemble.HistGradientBoostingRegressor if self.regression else ensemble.HistGradientBoostingClassifier
            return boosting(random_state=seed)
        mlp = neural_network.MLPRegressor if self.regression else neural_network.MLPClassifier
        if name == "mlp":
            return mlp(random_state=seed)
        return TransformedTargetRegressor(mlp(random_state=seed), transformer=StandardScaler())


serve(Tables())
