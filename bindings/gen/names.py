"""Names of components in languages that write them as classes."""

SPECIAL = {"kmeans": "KMeans", "pca": "PCA", "svc": "SVC", "svr": "SVR",
           "one_class_svm": "OneClassSVM"}


def class_name(name: str) -> str:
    """one_hot_encoder: OneHotEncoder; kmeans: KMeans, as scikit-learn has it."""
    return SPECIAL.get(name) or "".join(word.capitalize() for word in name.split("_"))
