"""Made by bindings/gen/generate.py from docs/catalog.json: do not edit.

One class a component, with the parameters, defaults and ranges that the library has.
"""
from .adaboost_classifier import AdaboostClassifier
from .adaboost_regressor import AdaboostRegressor
from .automatic import Automatic
from .decision_tree_classifier import DecisionTreeClassifier
from .decision_tree_regressor import DecisionTreeRegressor
from .extra_trees_classifier import ExtraTreesClassifier
from .extra_trees_regressor import ExtraTreesRegressor
from .gradient_boosting_classifier import GradientBoostingClassifier
from .gradient_boosting_ranker import GradientBoostingRanker
from .gradient_boosting_regressor import GradientBoostingRegressor
from .gradient_boosting_survival import GradientBoostingSurvival
from .isolation_forest import IsolationForest
from .kmeans import KMeans
from .logistic_regression import LogisticRegression
from .normalizer import Normalizer
from .one_class_svm import OneClassSVM
from .one_hot_encoder import OneHotEncoder
from .ordinal_encoder import OrdinalEncoder
from .random_forest_classifier import RandomForestClassifier
from .random_forest_regressor import RandomForestRegressor
from .ridge import Ridge
from .simple_imputer import SimpleImputer
from .standard_scaler import StandardScaler
from .support_vector_classifier import SupportVectorClassifier
from .support_vector_regressor import SupportVectorRegressor

CLASSES = {
    ("transform", "automatic"): Automatic,
    ("transform", "normalizer"): Normalizer,
    ("transform", "one_hot_encoder"): OneHotEncoder,
    ("transform", "ordinal_encoder"): OrdinalEncoder,
    ("transform", "simple_imputer"): SimpleImputer,
    ("transform", "standard_scaler"): StandardScaler,
    ("model", "adaboost_classifier"): AdaboostClassifier,
    ("model", "adaboost_regressor"): AdaboostRegressor,
    ("model", "decision_tree_classifier"): DecisionTreeClassifier,
    ("model", "decision_tree_regressor"): DecisionTreeRegressor,
    ("model", "extra_trees_classifier"): ExtraTreesClassifier,
    ("model", "extra_trees_regressor"): ExtraTreesRegressor,
    ("model", "gradient_boosting_classifier"): GradientBoostingClassifier,
    ("model", "gradient_boosting_ranker"): GradientBoostingRanker,
    ("model", "gradient_boosting_regressor"): GradientBoostingRegressor,
    ("model", "gradient_boosting_survival"): GradientBoostingSurvival,
    ("model", "isolation_forest"): IsolationForest,
    ("model", "kmeans"): KMeans,
    ("model", "logistic_regression"): LogisticRegression,
    ("model", "one_class_svm"): OneClassSVM,
    ("model", "random_forest_classifier"): RandomForestClassifier,
    ("model", "random_forest_regressor"): RandomForestRegressor,
    ("model", "ridge"): Ridge,
    ("model", "support_vector_classifier"): SupportVectorClassifier,
    ("model", "support_vector_regressor"): SupportVectorRegressor,
}

__all__ = [
    "AdaboostClassifier",
    "AdaboostRegressor",
    "Automatic",
    "DecisionTreeClassifier",
    "DecisionTreeRegressor",
    "ExtraTreesClassifier",
    "ExtraTreesRegressor",
    "GradientBoostingClassifier",
    "GradientBoostingRanker",
    "GradientBoostingRegressor",
    "GradientBoostingSurvival",
    "IsolationForest",
    "KMeans",
    "LogisticRegression",
    "Normalizer",
    "OneClassSVM",
    "OneHotEncoder",
    "OrdinalEncoder",
    "RandomForestClassifier",
    "RandomForestRegressor",
    "Ridge",
    "SimpleImputer",
    "StandardScaler",
    "SupportVectorClassifier",
    "SupportVectorRegressor",
]
