"""Failures become exceptions that say what, where and why."""
import pickle

import numpy as np
import pytest

import mlcore


def test_setting_error_names_the_parameter_and_its_range():
    with pytest.raises(mlcore.SettingError) as caught:
        mlcore.GradientBoostingClassifier(n_estimators=-1)
    assert caught.value.status == -2
    assert caught.value.status_name == "MLC_ERROR_SETTING"
    assert caught.value.name == "n_estimators"
    assert "n_estimators = -1" in caught.value.message
    assert isinstance(caught.value, ValueError)


def test_unknown_parameter_suggests_the_nearest():
    with pytest.raises(mlcore.SettingError, match="did you mean 'n_estimators'"):
        mlcore.GradientBoostingClassifier().set_params(n_estimator=3)


def test_syntax_error_has_line_and_column():
    with pytest.raises(mlcore.SettingError) as caught:
        mlcore.Model("pipeline(automatic,\n  gradient_boosting_classifier(")
    assert caught.value.status_name == "MLC_ERROR_SYNTAX"
    assert caught.value.line == 2


def test_unknown_component_is_a_component_error():
    with pytest.raises(mlcore.ComponentError, match="did you mean"):
        mlcore.Model("gradient_boosting_classifer")


def test_missing_file_is_an_os_error():
    with pytest.raises(OSError) as caught:
        mlcore.read_csv("/nowhere/data.csv")
    assert isinstance(caught.value, mlcore.FileError)
    assert "/nowhere/data.csv" in str(caught.value)


def test_damaged_file_is_a_format_error_with_its_place():
    with pytest.raises(mlcore.FormatError) as caught:
        mlcore.Dataset.parse_csv('a,b\n1,"2\n')
    assert caught.value.line > 0


def test_memory_limit_is_a_memory_error(points):
    X, y = points
    context = mlcore.Context(memory_limit=200_000)
    with pytest.raises(MemoryError) as caught:
        mlcore.GradientBoostingClassifier(n_estimators=500).fit(X, y, context=context)
    assert isinstance(caught.value, mlcore.NoMemoryError)


def test_recipe_that_is_not_fitted_is_an_attribute_error_for_hasattr(points):
    model = mlcore.GradientBoostingClassifier()
    with pytest.raises(mlcore.NotFittedError):
        model.predict(points[0])
    assert not hasattr(model, "classes_")


def test_numpy_scalars_are_parameters_like_any_number():
    model = mlcore.GradientBoostingClassifier(n_estimators=np.int64(7),
                                              learning_rate=np.float32(0.5))
    assert "n_estimators=7" in model.recipe and "learning_rate=0.5" in model.recipe


def test_parameter_that_is_no_value_is_refused():
    with pytest.raises(mlcore.SettingError, match="settings are numbers"):
        mlcore.GradientBoostingClassifier(n_estimators=object())
    with pytest.raises(mlcore.SettingError, match="None for no value"):
        mlcore.GradientBoostingClassifier(learning_rate=float("nan"))


def test_error_survives_pickling():
    with pytest.raises(mlcore.SettingError) as caught:
        mlcore.GradientBoostingClassifier(n_estimators=-1)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.status, copy.name, str(copy)) == (-2, "n_estimators", str(caught.value))


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_text_that_the_library_cannot_hold_is_refused(text):
    with pytest.raises(mlcore.ArgumentError):
        mlcore.Model(text)
